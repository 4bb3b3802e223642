// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payments} from "../../solidity/Payments.sol";
import {Batch, Redemption, Target} from "./Batch.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {Leaf} from "./Tree.sol";
import {bound, vm} from "../Vm.sol";

contract SettleTest is PaymentsBase {
    function test_settle_pays_what_exceeds_the_channels_sum() public {
        settleOne(channelTo(payee), 3 ether);
        settleOne(channelTo(payee), 5 ether);
        vm.assertEq(paidOf(channelTo(payee)), 5 ether, "paid");
        vm.assertEq(payments.free(requestor), 995 ether, "free");
        settleOne(channelTo(payee), 4 ether);
        vm.assertEq(payments.free(requestor), 995 ether, "a lower target changes nothing");
    }

    function test_a_target_named_twice_is_paid_once() public {
        Target[] memory targets = new Target[](2);
        targets[0] = Target(payments.channelId(channelTo(payee)), 3 ether);
        targets[1] = targets[0];
        vm.prank(requestor);
        vm.assertEq(payments.settle(Batch.pack(targets)), 3 ether, "total");
    }

    function test_settle_draws_on_no_lock() public {
        post(oneLeaf(channelTo(0), 0, 999 ether));
        Target[] memory targets = new Target[](1);
        targets[0] = Target(payments.channelId(channelTo(1)), 2 ether);
        vm.prank(requestor);
        vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, 1 ether, 2 ether));
        payments.settle(Batch.pack(targets));
    }

    function test_redeem_then_settle_pays_once() public {
        Leaf[] memory leaves = leavesOf(2, 5 ether);
        post(leaves);
        payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(0), 5 ether)));
        settleOne(channelTo(0), 5 ether);
        vm.assertEq(paidOf(channelTo(0)), 5 ether, "paid");
        vm.assertEq(payments.free(requestor), 990 ether, "only the lock left the free balance");
    }

    function test_settle_then_redeem_pays_once() public {
        Leaf[] memory leaves = leavesOf(2, 5 ether);
        (bytes32 root, uint128 sum) = post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 5 ether);
        settleOne(channelTo(0), 5 ether);
        expectOutcome(item, Payments.Outcome.NothingDue);
        vm.assertEq(payments.roundOf(requestor, root, sum).left, sum, "the lock is whole");
    }

    function test_collect_splits_and_the_credit_is_spendable() public {
        settleOne(channelTo(payee), 10 ether);
        collectOne(channelTo(payee));
        vm.assertEq(payments.free(payee), 9.5 ether, "payee");
        vm.assertEq(payments.free(author), 0.5 ether, "author");
        collectOne(channelTo(payee));
        vm.assertEq(payments.free(payee), 9.5 ether, "once");
        vm.prank(payee);
        payments.post(bytes32(uint256(1)), 9 ether, uint64(block.timestamp + 1));
        vm.assertEq(payments.free(payee), 0.5 ether, "spent again");
    }

    function test_collect_credits_every_neighbour_right() public {
        Payments.Channel[] memory channels = new Payments.Channel[](5);
        channels[0] = channelTo(payee);
        channels[1] = Payments.Channel(requestor, payee, address(0xAB), 1_000);
        channels[2] = Payments.Channel(requestor, payee, author, 0);
        channels[3] = Payments.Channel(requestor, payee, author, 600);
        channels[4] = channelTo(payee);
        for (uint256 i = 0; i < 4; ++i) {
            settleOne(channels[i], 10 ether);
        }
        payments.collect(payee, Batch.pack(channels));
        vm.assertEq(payments.free(payee), 37.9 ether, "payee");
        vm.assertEq(payments.free(author), 1.1 ether, "author");
        vm.assertEq(payments.free(address(0xAB)), 1 ether, "another author");
    }

    function test_collect_for_another_payee_credits_nobody() public {
        Payments.Channel[] memory channels = new Payments.Channel[](1);
        channels[0] = channelTo(payee);
        settleOne(channels[0], 10 ether);
        payments.collect(address(0xBAD), Batch.pack(channels));
        vm.assertEq(payments.free(address(0xBAD)), 0, "not its channel");
        collectOne(channels[0]);
        vm.assertEq(payments.free(payee), 9.5 ether, "nothing was marked");
    }

    /// Dust rounds in the payee's favour within one channel, but never accumulates: only the sums count.
    function test_royalty_cannot_be_evaded_by_cutting_collections(uint256 seed, uint256 parts) public {
        parts = bound(parts, 1, 30);
        uint128 total;
        for (uint256 i = 0; i < parts; ++i) {
            total += uint128(bound(uint256(keccak256(abi.encode(seed, i))), 1, 99));
            settleOne(channelTo(payee), total);
            collectOne(channelTo(payee));
        }
        uint256 share = (uint256(total) * 500) / 10_000;
        vm.assertEq(payments.free(author), share, "author");
        vm.assertEq(payments.free(payee), total - share, "payee");
    }

    function test_collect_refuses_an_excessive_royalty() public {
        Payments.Channel[] memory channels = new Payments.Channel[](1);
        channels[0] = Payments.Channel(requestor, payee, author, 2_001);
        vm.expectRevert(Payments.ChannelInvalid.selector);
        payments.collect(payee, Batch.pack(channels));
    }

    function test_channel_ids_are_what_the_nodes_compute() public view {
        Payments.Channel memory channel =
            Payments.Channel(address(0x1111), address(0x2222), address(0x3333), 1_234);
        vm.assertEq(
            payments.channelId(channel),
            keccak256(abi.encode(address(0x1111), address(0x2222), address(0x3333), uint256(1_234))),
            "abi.encode"
        );
    }
}
