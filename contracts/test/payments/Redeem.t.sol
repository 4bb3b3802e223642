// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FundingTree} from "../../solidity/FundingTree.sol";
import {Payments} from "../../solidity/Payments.sol";
import {Batch, Redemption} from "./Batch.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {Leaf, Proof, Tree} from "./Tree.sol";
import {bound, vm} from "../Vm.sol";

contract RedeemTest is PaymentsBase {
    uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function test_every_leaf_of_any_tree_pays_its_voucher_up_to_its_cap(uint256 count, uint256 index, uint256 asked)
        public
    {
        count = bound(count, 1, 40);
        index = bound(index, 0, count - 1);
        uint128 amount = uint128(bound(asked, 1, 2 ether));
        Leaf[] memory leaves = leavesOf(count, 1 ether);
        (bytes32 root, uint128 sum) = post(leaves);
        uint128 due = amount < 1 ether ? amount : 1 ether;
        uint128 paid = payments.redeem(Batch.pack(redemption(leaves, index, channelTo(index), amount)));
        vm.assertEq(paid, due, "paid");
        vm.assertEq(paidOf(channelTo(index)), due, "channel");
        vm.assertEq(payments.roundOf(requestor, root, sum).left, sum - due, "left");
    }

    function test_all_leaves_together_empty_the_lock_exactly() public {
        Leaf[] memory leaves = leavesOf(7, 1 ether);
        (bytes32 root, uint128 sum) = post(leaves);
        Redemption[] memory items = new Redemption[](7);
        for (uint256 i = 0; i < 7; ++i) {
            items[i] = redemption(leaves, i, channelTo(i), 5 ether);
        }
        Payments.Outcome[] memory outcomes = payments.redeemMany(Batch.pack(items));
        for (uint256 i = 0; i < 7; ++i) {
            vm.assertTrue(outcomes[i] == Payments.Outcome.Paid, "paid");
        }
        vm.assertEq(payments.roundOf(requestor, root, sum).left, 0, "left");
    }

    function test_vouchers_are_cumulative() public {
        Leaf[] memory leaves = leavesOf(3, 10 ether);
        post(leaves);
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 1, channelTo(1), 2 ether))), 2 ether, "first");
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 1, channelTo(1), 5 ether))), 3 ether, "second");
        expectOutcome(redemption(leaves, 1, channelTo(1), 5 ether), Payments.Outcome.NothingDue);
        expectOutcome(redemption(leaves, 1, channelTo(1), 2 ether), Payments.Outcome.NothingDue);
    }

    function test_a_second_round_goes_on_where_the_first_ended() public {
        Leaf[] memory first = oneLeaf(channelTo(payee), 0, 2 ether);
        Leaf[] memory second = oneLeaf(channelTo(payee), 2 ether, 3 ether);
        post(first);
        post(second);
        expectOutcome(redemption(second, 0, channelTo(payee), 4 ether), Payments.Outcome.BaseUnpaid);
        vm.assertEq(payments.redeem(Batch.pack(redemption(first, 0, channelTo(payee), 4 ether))), 2 ether, "first");
        vm.assertEq(payments.redeem(Batch.pack(redemption(second, 0, channelTo(payee), 4 ether))), 2 ether, "second");
    }

    function test_duplicate_leaves_pay_once() public {
        Leaf[] memory leaves = new Leaf[](2);
        leaves[0] = leafOf(channelTo(payee), 0, 1 ether);
        leaves[1] = leaves[0];
        post(leaves);
        payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(payee), 5 ether)));
        expectOutcome(redemption(leaves, 1, channelTo(payee), 5 ether), Payments.Outcome.NothingDue);
    }

    function test_zero_leaves_and_dust_pay_what_they_say() public {
        Leaf[] memory leaves = new Leaf[](2);
        leaves[0] = leafOf(channelTo(0), 0, 0);
        leaves[1] = leafOf(channelTo(1), 0, 1);
        post(leaves);
        expectOutcome(redemption(leaves, 0, channelTo(0), 1), Payments.Outcome.NothingDue);
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 1, channelTo(1), 1))), 1, "one base unit");
    }

    function test_a_requestor_may_pay_itself_without_touching_others() public {
        Leaf[] memory leaves = new Leaf[](2);
        leaves[0] = leafOf(channelTo(requestor), 0, 1 ether);
        leaves[1] = leafOf(channelTo(payee), 0, 1 ether);
        post(leaves);
        payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(requestor), 100 ether)));
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 1, channelTo(payee), 1 ether))), 1 ether, "the other leaf");
    }

    function test_a_lock_pays_until_the_second_before_its_expiry() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        uint256 expiry = block.timestamp + 1 days;
        vm.warp(expiry - 1);
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(0), 1 ether))), 1 ether, "in time");
        vm.warp(expiry);
        expectOutcome(redemption(leaves, 1, channelTo(1), 1 ether), Payments.Outcome.RoundExpired);
    }

    function test_an_unposted_root_pays_nothing() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        expectOutcome(redemption(leaves, 0, channelTo(0), 1 ether), Payments.Outcome.RoundMissing);
    }

    function test_a_false_inner_sum_is_refused() public {
        Leaf[] memory leaves = leavesOf(4, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        item.sums[0] -= 1;
        item.sums[1] += 1;
        expectOutcome(item, Payments.Outcome.ProofInvalid);
    }

    /// A requestor hides a leaf's cap behind a node that states less: no path leads through such a node.
    function test_a_tree_that_states_less_than_its_leaves_is_refused() public {
        Leaf memory honest = leafOf(channelTo(0), 0, 1 ether);
        Leaf memory hidden = leafOf(channelTo(1), 0, 50 ether);
        bytes32 hiddenHash = FundingTree.leaf(hidden.channel, 0, 50 ether);
        bytes32 root =
            FundingTree.node(FundingTree.leaf(honest.channel, 0, 1 ether), 1 ether, hiddenHash, 1 ether);
        vm.prank(requestor);
        payments.post(root, 2 ether, uint64(block.timestamp + 1 days));
        Leaf[] memory leaves = new Leaf[](2);
        (leaves[0], leaves[1]) = (honest, hidden);
        Redemption memory item = redemption(leaves, 1, channelTo(1), 50 ether);
        (item.root, item.sum) = (root, 2 ether);
        expectOutcome(item, Payments.Outcome.ProofInvalid);
    }

    /// Sums beyond 128 bits must not wrap around to a small total.
    function test_sums_do_not_wrap_around() public {
        uint128 huge = type(uint128).max;
        Leaf[] memory leaves = new Leaf[](2);
        leaves[0] = leafOf(channelTo(0), 0, huge);
        leaves[1] = leafOf(channelTo(1), 0, 2 ether + 1);
        (bytes32 root,) = Tree.build(leaves);
        uint128 wrapped = 2 ether;
        vm.prank(requestor);
        payments.post(root, wrapped, uint64(block.timestamp + 1 days));
        Redemption memory item = redemption(leaves, 0, channelTo(0), huge);
        item.sum = wrapped;
        expectOutcome(item, Payments.Outcome.ProofInvalid);
    }

    function test_base_and_cap_do_not_wrap_around() public {
        uint128 huge = type(uint128).max;
        Leaf[] memory leaves = oneLeaf(channelTo(payee), 1, 1 ether);
        post(leaves);
        settleOne(channelTo(payee), 1);
        Redemption memory item = redemption(leaves, 0, channelTo(payee), 1 ether);
        item.base = huge;
        expectOutcome(item, Payments.Outcome.BaseUnpaid);
        item.base = 1;
        item.cap = huge;
        expectOutcome(item, Payments.Outcome.ProofInvalid);
    }

    function test_a_node_is_no_leaf_and_a_leaf_is_no_node() public {
        Leaf[] memory leaves = leavesOf(4, 1 ether);
        post(leaves);
        // The root's own children presented as a leaf's fields.
        Redemption memory item = redemption(leaves, 0, channelTo(0), 4 ether);
        item.hashes = new bytes32[](0);
        item.sums = new uint128[](0);
        item.cap = 4 ether;
        expectOutcome(item, Payments.Outcome.ProofInvalid);
        // A proof cut short, beginning at an inner node.
        item = redemption(leaves, 0, channelTo(0), 2 ether);
        bytes32[] memory hashes = new bytes32[](1);
        uint128[] memory sums = new uint128[](1);
        (hashes[0], sums[0]) = (item.hashes[1], item.sums[1]);
        (item.hashes, item.sums, item.cap) = (hashes, sums, 2 ether);
        expectOutcome(item, Payments.Outcome.ProofInvalid);
    }

    function test_malformed_items_are_refused_without_a_revert() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        item.hashes = new bytes32[](33);
        item.sums = new uint128[](33);
        expectOutcome(item, Payments.Outcome.ProofInvalid);
    }

    /// A chain of nodes instead of a tree: the leaf stands as deep as it may, or one level deeper.
    function test_proofs_are_at_most_32_deep(bool isTooDeep) public {
        uint256 depth = isTooDeep ? 33 : 32;
        Redemption memory item = redemption(oneLeaf(channelTo(payee), 0, 1 ether), 0, channelTo(payee), 1 ether);
        (item.hashes, item.sums) = (new bytes32[](depth), new uint128[](depth));
        for (uint256 i = 0; i < depth; ++i) {
            item.hashes[i] = keccak256(abi.encode(i));
            item.root = FundingTree.node(item.root, item.sum, item.hashes[i], 0);
        }
        vm.prank(requestor);
        payments.post(item.root, item.sum, uint64(block.timestamp + 1 days));
        vm.assertTrue(
            outcomeOf(item) == (isTooDeep ? Payments.Outcome.ProofInvalid : Payments.Outcome.Paid), "outcome"
        );
    }

    /// Wherever the bytes end, what stands before is paid.
    function test_a_batch_that_ends_within_an_item_pays_those_before(uint256 length) public {
        Leaf[] memory leaves = leavesOf(3, 1 ether);
        post(leaves);
        bytes memory first = Batch.pack(redemption(leaves, 0, channelTo(0), 1 ether));
        bytes memory second = Batch.pack(redemption(leaves, 1, channelTo(1), 1 ether));
        length = bound(length, 1, second.length - 1);
        assembly ("memory-safe") {
            mstore(second, length)
        }
        vm.expectRevert(abi.encodeWithSelector(Payments.RedemptionFailed.selector, Payments.Outcome.Malformed));
        payments.redeem(second);
        Payments.Outcome[] memory outcomes = payments.redeemMany(bytes.concat(first, second));
        vm.assertEq(outcomes.length, 2, "outcomes");
        vm.assertTrue(outcomes[0] == Payments.Outcome.Paid, "0");
        vm.assertTrue(outcomes[1] == Payments.Outcome.Malformed, "1");
    }

    function test_one_item_with_something_behind_it_is_refused() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        bytes memory item = Batch.pack(redemption(leaves, 0, channelTo(0), 1 ether));
        vm.expectRevert(abi.encodeWithSelector(Payments.RedemptionFailed.selector, Payments.Outcome.Malformed));
        payments.redeem(bytes.concat(item, hex"00"));
    }

    function test_an_empty_batch_does_nothing() public {
        vm.assertEq(payments.redeemMany("").length, 0, "outcomes");
    }

    function test_another_leafs_proof_is_refused(uint256 mine, uint256 theirs) public {
        mine = bound(mine, 0, 8);
        theirs = bound(theirs, 0, 8);
        vm.assume(mine != theirs);
        Leaf[] memory leaves = leavesOf(9, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, mine, channelTo(mine), 1 ether);
        Redemption memory other = redemption(leaves, theirs, channelTo(theirs), 1 ether);
        (item.hashes, item.sums, item.sides) = (other.hashes, other.sums, other.sides);
        expectOutcome(item, Payments.Outcome.ProofInvalid);
    }

    function test_only_the_requestors_signature_counts(uint256 key) public {
        key = bound(key, 1, CURVE_ORDER - 1);
        vm.assume(key != REQUESTOR_KEY);
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        sign(item, key, 1 ether);
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
    }

    function test_a_changed_amount_invalidates_the_signature() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 0.5 ether);
        item.amount = 1 ether;
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
    }

    function test_high_s_signatures_are_refused() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        uint256 mask = type(uint256).max >> 1;
        uint256 s = CURVE_ORDER - (uint256(item.vs) & mask);
        // The compact form has 255 bits for s, and the mirrored half needs 256: what it becomes is no signature.
        item.vs = bytes32(s | (~uint256(item.vs) & (1 << 255)));
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
    }

    function test_garbage_signatures_are_refused(bytes32 r, bytes32 vs) public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        (item.r, item.vs) = (r, vs);
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
    }

    function test_vouchers_count_on_one_chain_only() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        vm.chainId(block.chainid + 1);
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
        sign(item, REQUESTOR_KEY, 1 ether);
        vm.assertEq(payments.redeem(Batch.pack(item)), 1 ether, "signed for the fork's own id");
    }

    function test_vouchers_count_at_one_contract_only() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        payments = new Payments(token);
        depositFor(requestor, 10 ether);
        post(leaves);
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
    }

    function test_a_voucher_for_one_payee_pays_no_other() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        Redemption memory other = redemption(leaves, 1, channelTo(1), 1 ether);
        (other.r, other.vs) = (item.r, item.vs);
        expectOutcome(other, Payments.Outcome.SignatureInvalid);
    }

    function test_a_round_of_another_requestor_is_out_of_reach() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        (bytes32 root, uint128 sum) = Tree.build(leaves);
        depositFor(payee, sum);
        vm.prank(payee);
        payments.post(root, sum, uint64(block.timestamp + 1 days));
        expectOutcome(redemption(leaves, 0, channelTo(0), 1 ether), Payments.Outcome.RoundMissing);
    }

    function test_an_excessive_royalty_is_refused() public {
        Payments.Channel memory channel = Payments.Channel(requestor, payee, author, 2_001);
        Leaf[] memory leaves = oneLeaf(channel, 0, 1 ether);
        post(leaves);
        expectOutcome(redemption(leaves, 0, channel, 1 ether), Payments.Outcome.ChannelInvalid);
    }

    function test_a_bad_item_spoils_no_batch() public {
        Leaf[] memory leaves = leavesOf(3, 1 ether);
        post(leaves);
        Redemption[] memory items = new Redemption[](4);
        items[0] = redemption(leaves, 0, channelTo(0), 1 ether);
        items[1] = redemption(leaves, 1, channelTo(1), 1 ether);
        items[1].r = 0;
        items[2] = redemption(leaves, 2, channelTo(2), 1 ether);
        items[2].root = 0;
        items[3] = redemption(leaves, 2, channelTo(2), 1 ether);
        Payments.Outcome[] memory outcomes = payments.redeemMany(Batch.pack(items));
        vm.assertTrue(outcomes[0] == Payments.Outcome.Paid, "0");
        vm.assertTrue(outcomes[1] == Payments.Outcome.SignatureInvalid, "1");
        vm.assertTrue(outcomes[2] == Payments.Outcome.RoundMissing, "2");
        vm.assertTrue(outcomes[3] == Payments.Outcome.Paid, "3");
    }

    function test_a_round_posted_again_after_reclaim_covers_its_leaves_again() public {
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        (bytes32 root, uint128 sum) = post(leaves);
        payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(0), 1 ether)));
        vm.warp(block.timestamp + 1 days);
        vm.prank(requestor);
        payments.reclaim(root, sum);
        post(leaves);
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 1, channelTo(1), 1 ether))), 1 ether, "still covered");
    }
}
