// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payments} from "../../solidity/Payments.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {vm} from "../Vm.sol";

contract RoundsTest is PaymentsBase {
    bytes32 private constant ROOT = keccak256("root");
    uint64 private expiry;

    function setUp() public override {
        super.setUp();
        expiry = uint64(block.timestamp + 1 days);
        vm.prank(requestor);
        payments.post(ROOT, 100 ether, expiry);
    }

    function test_a_lock_leaves_the_free_balance() public view {
        vm.assertEq(payments.free(requestor), 900 ether, "free");
        vm.assertEq(payments.roundOf(requestor, ROOT, 100 ether).left, 100 ether, "left");
    }

    function test_a_lock_needs_free_balance() public {
        vm.prank(requestor);
        vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, 900 ether, 901 ether));
        payments.post(ROOT, 901 ether, expiry);
    }

    function test_the_same_root_and_sum_is_posted_once() public {
        vm.prank(requestor);
        vm.expectRevert(Payments.RoundExists.selector);
        payments.post(ROOT, 100 ether, expiry + 1);
    }

    function test_the_same_root_with_another_sum_is_another_round() public {
        vm.prank(requestor);
        payments.post(ROOT, 50 ether, expiry);
        vm.assertEq(payments.roundOf(requestor, ROOT, 100 ether).left, 100 ether, "first");
        vm.assertEq(payments.roundOf(requestor, ROOT, 50 ether).left, 50 ether, "second");
    }

    function test_nothing_is_reclaimed_before_the_expiry_second() public {
        vm.warp(expiry - 1);
        vm.prank(requestor);
        vm.expectRevert(abi.encodeWithSelector(Payments.RoundLocked.selector, expiry));
        payments.reclaim(ROOT, 100 ether);
    }

    function test_the_remainder_returns_at_the_expiry_second_and_once() public {
        vm.warp(expiry);
        vm.startPrank(requestor);
        payments.reclaim(ROOT, 100 ether);
        vm.assertEq(payments.free(requestor), 1_000 ether, "free");
        vm.expectRevert(Payments.RoundUnknown.selector);
        payments.reclaim(ROOT, 100 ether);
        vm.stopPrank();
    }

    function test_nobody_reclaims_anothers_round() public {
        vm.warp(expiry);
        vm.prank(payee);
        vm.expectRevert(Payments.RoundUnknown.selector);
        payments.reclaim(ROOT, 100 ether);
    }

    function test_an_expiry_is_raised_and_never_lowered() public {
        vm.startPrank(requestor);
        payments.extend(ROOT, 100 ether, expiry + 1);
        vm.assertEq(payments.roundOf(requestor, ROOT, 100 ether).expiry, expiry + 1, "raised");
        vm.expectRevert(abi.encodeWithSelector(Payments.ExpiryInvalid.selector, expiry));
        payments.extend(ROOT, 100 ether, expiry);
        vm.stopPrank();
    }

    function test_a_lock_ends_within_a_year() public {
        uint64 tooLate = uint64(block.timestamp + payments.MAX_LOCK_SECONDS() + 1);
        vm.startPrank(requestor);
        vm.expectRevert(abi.encodeWithSelector(Payments.ExpiryInvalid.selector, tooLate));
        payments.post(ROOT, 1, tooLate);
        vm.expectRevert(abi.encodeWithSelector(Payments.ExpiryInvalid.selector, uint64(block.timestamp)));
        payments.post(ROOT, 1, uint64(block.timestamp));
        vm.stopPrank();
    }
}
