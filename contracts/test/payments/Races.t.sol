// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payments} from "../../solidity/Payments.sol";
import {bound, vm} from "../Vm.sol";
import {Batch, Redemption} from "./Batch.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {Leaf, Tree} from "./Tree.sol";

/// @dev Who comes first, what is said twice, and what is taken back.
contract RacesTest is PaymentsBase {
    /// Whatever the order of redemptions and settlements, the channel has in the end the highest sum that was promised,
    /// and the requestor has paid exactly that.
    function test_any_order_of_redeem_and_settle_pays_the_highest_sum_once(uint256 seed) public {
        Leaf[] memory leaves = leavesOf(2, 10 ether);
        (bytes32 root, uint128 sum) = post(leaves);
        uint128 highest;
        for (uint256 i = 0; i < 6; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint128 amount = uint128(bound(seed >> 8, 1, 10 ether));
            if (seed % 2 == 0) settleOne(channelTo(0), amount);
            else payments.redeemMany(Batch.pack(redemption(leaves, 0, channelTo(0), amount)));
            if (amount > highest) highest = amount;
            vm.assertEq(paidOf(channelTo(0)), highest, "paid");
        }
        uint256 left = payments.roundOf(requestor, root, sum).left;
        vm.assertEq(payments.free(requestor) + left, 1_000 ether - highest, "spent");
        vm.assertGe(left, 10 ether, "the other leaf is still covered");
    }

    /// Two live rounds promise the same payee the same first 5: it gets them once, the other lock stays whole.
    function test_an_inconsistent_second_root_pays_no_sum_twice() public {
        Leaf[] memory first = oneLeaf(channelTo(payee), 0, 5 ether);
        Leaf[] memory second = new Leaf[](2);
        (second[0], second[1]) = (leafOf(channelTo(payee), 0, 5 ether), leafOf(channelTo(1), 0, 1 ether));
        post(first);
        (bytes32 root, uint128 sum) = post(second);
        payments.redeem(Batch.pack(redemption(first, 0, channelTo(payee), 5 ether)));
        expectOutcome(redemption(second, 0, channelTo(payee), 5 ether), Payments.Outcome.NothingDue);
        vm.assertEq(payments.roundOf(requestor, root, sum).left, sum, "the second lock");
        vm.assertEq(payments.redeem(Batch.pack(redemption(second, 1, channelTo(1), 1 ether))), 1 ether, "its other leaf");
    }

    /// A second root with a smaller cap takes nothing from what the first one promised.
    function test_a_second_root_cannot_shrink_the_first() public {
        Leaf[] memory first = oneLeaf(channelTo(payee), 0, 5 ether);
        Redemption memory item = redemption(first, 0, channelTo(payee), 5 ether);
        post(first);
        post(oneLeaf(channelTo(payee), 0, 1 ether));
        vm.assertEq(payments.redeem(Batch.pack(item)), 5 ether, "as promised first");
    }

    /// The same promise posted by two requestors counts for each alone.
    function test_an_identical_root_of_another_requestor_is_another_round() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        (bytes32 root, uint128 sum) = post(leaves);
        depositFor(payee, sum);
        vm.prank(payee);
        payments.post(root, sum, uint64(block.timestamp + 2 days));
        payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(0), 1 ether)));
        vm.assertEq(payments.roundOf(requestor, root, sum).left, 1 ether, "drawn");
        vm.assertEq(payments.roundOf(payee, root, sum).left, 2 ether, "whole");
    }

    /// The chain forgets the block with the round: the voucher waits, and pays when the round stands there again.
    function test_a_voucher_outlives_the_reorganisation_of_its_root() public {
        uint256 before = vm.snapshotState();
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        payments.redeem(Batch.pack(item));
        vm.assertTrue(vm.revertToState(before), "reorganised");
        expectOutcome(item, Payments.Outcome.RoundMissing);
        vm.assertEq(paidOf(channelTo(0)), 0, "nothing is paid on this branch");
        post(leaves);
        vm.assertEq(payments.redeem(Batch.pack(item)), 1 ether, "paid");
    }

    /// After a reorganisation the requestor has spent the money elsewhere: the round cannot be posted, nobody else suffers.
    function test_a_root_that_was_reorganised_away_covers_nothing() public {
        uint256 before = vm.snapshotState();
        Leaf[] memory leaves = leavesOf(2, 500 ether);
        post(leaves);
        vm.revertToState(before);
        (bytes32 root, uint128 sum) = Tree.build(leaves);
        vm.startPrank(requestor);
        payments.withdraw(1 ether);
        vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, 999 ether, 1_000 ether));
        payments.post(root, sum, uint64(block.timestamp + 1 days));
        vm.stopPrank();
        expectOutcome(redemption(leaves, 0, channelTo(0), 1 ether), Payments.Outcome.RoundMissing);
    }

    /// A voucher without its proof draws nothing; the same voucher pays from any later round that reaches its channel.
    function test_a_lost_proof_loses_a_lock_and_not_the_voucher() public {
        Leaf[] memory lost = leavesOf(4, 2 ether);
        post(lost);
        Redemption memory item = redemption(lost, 0, channelTo(0), 2 ether);
        item.hashes = new bytes32[](0);
        item.sums = new uint128[](0);
        expectOutcome(item, Payments.Outcome.ProofInvalid);
        Leaf[] memory again = oneLeaf(channelTo(0), 0, 2 ether);
        post(again);
        vm.assertEq(payments.redeem(Batch.pack(redemption(again, 0, channelTo(0), 2 ether))), 2 ether, "paid");
    }

    function test_one_voucher_in_two_rounds_pays_its_amount_once() public {
        Leaf[] memory first = oneLeaf(channelTo(payee), 0, 3 ether);
        Leaf[] memory second = oneLeaf(channelTo(payee), 1 ether, 9 ether);
        post(first);
        post(second);
        Redemption[] memory items = new Redemption[](3);
        items[0] = redemption(first, 0, channelTo(payee), 4 ether);
        items[1] = redemption(second, 0, channelTo(payee), 4 ether);
        items[2] = items[0];
        payments.redeemMany(Batch.pack(items));
        vm.assertEq(paidOf(channelTo(payee)), 4 ether, "paid");
    }

    /// Everybody may hand in everybody's voucher: the money goes where it was meant to go.
    function test_who_front_runs_a_redemption_pays_the_payee() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption[] memory items = new Redemption[](2);
        items[0] = redemption(leaves, 0, channelTo(0), 1 ether);
        items[1] = redemption(leaves, 1, channelTo(1), 1 ether);
        vm.prank(address(0xBAD));
        payments.redeem(Batch.pack(items[0]));
        Payments.Outcome[] memory outcomes = payments.redeemMany(Batch.pack(items));
        vm.assertTrue(outcomes[0] == Payments.Outcome.NothingDue, "came too late");
        vm.assertTrue(outcomes[1] == Payments.Outcome.Paid, "and spoils nothing");
        vm.assertEq(paidOf(channelTo(0)), 1 ether, "the payee's channel");
        vm.assertEq(payments.free(address(0xBAD)), 0, "nobody else's");
    }

    /// Old, small vouchers handed in by others, and gifts of dust, change nothing that anybody is owed.
    function test_dust_of_strangers_takes_nothing_from_a_voucher() public {
        Leaf[] memory leaves = leavesOf(2, 2 ether);
        post(leaves);
        vm.prank(address(0xBAD));
        payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(0), 1)));
        depositFor(address(0xBAD), 1);
        settleFrom(address(0xBAD), channelTo(0), 2);
        payments.collect(channelTo(0).payee, "");
        collectOne(channelTo(0));
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(0), 2 ether))), 2 ether - 2, "the rest");
        token.transfer(address(payments), 1);
        collectOne(channelTo(0));
        vm.assertEq(payments.free(channelTo(0).payee) + payments.free(author), 2 ether, "credited");
    }

    /// The order of redemptions and collections leaves the author the same.
    function test_royalty_is_the_same_in_every_order_of_redemption(uint256 seed) public {
        Leaf[] memory leaves = leavesOf(2, 10 ether);
        post(leaves);
        uint128 last = uint128(bound(seed, 1, 10 ether));
        for (uint256 i = 0; i < 5; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint128 amount = i == 4 ? last : uint128(bound(seed >> 8, 1, last));
            payments.redeemMany(Batch.pack(redemption(leaves, 0, channelTo(0), amount)));
            if (seed % 2 == 0) collectOne(channelTo(0));
        }
        collectOne(channelTo(0));
        vm.assertEq(payments.free(author), (uint256(last) * 500) / 10_000, "author");
    }

    /// One round has expired and is gone; the other was extended and pays.
    function test_who_reclaims_first_does_not_touch_another_round() public {
        Leaf[] memory first = leavesOf(2, 1 ether);
        Leaf[] memory second = leavesOf(3, 1 ether);
        (bytes32 root, uint128 sum) = post(first);
        post(second);
        vm.startPrank(requestor);
        payments.extend(root, sum, uint64(block.timestamp + 3 days));
        vm.warp(block.timestamp + 1 days);
        (bytes32 expired, uint128 expiredSum) = Tree.build(second);
        payments.reclaim(expired, expiredSum);
        vm.stopPrank();
        vm.assertEq(payments.redeem(Batch.pack(redemption(first, 1, channelTo(1), 1 ether))), 1 ether, "the extended one");
    }
}
