// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {GolemToken} from "../../solidity/GolemToken.sol";
import {Incoming} from "../../solidity/Incoming.sol";
import {Payments} from "../../solidity/Payments.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {bound, vm} from "../Vm.sol";

/// @dev Keeps one base unit of every transfer.
contract FeeToken is ERC20("Fee", "FEE") {
    constructor() {
        _mint(msg.sender, 1_000);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0), 1);
    }
}

contract BalancesTest is PaymentsBase {
    bytes32 private constant PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function test_deposit_and_withdraw_are_exact(uint256 deposited, uint256 withdrawn) public {
        deposited = deposited % 1_000 ether;
        withdrawn = withdrawn % (deposited + 1);
        depositFor(payee, deposited);
        vm.prank(payee);
        payments.withdraw(withdrawn);
        vm.assertEq(payments.free(payee), deposited - withdrawn, "free");
        vm.assertEq(token.balanceOf(payee), withdrawn, "wallet");
    }

    function test_nobody_withdraws_more_than_is_free() public {
        vm.prank(requestor);
        vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, 1_000 ether, 1_000 ether + 1));
        payments.withdraw(1_000 ether + 1);
    }

    function test_deposit_with_permit_takes_one_transaction() public {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = permit(7 ether);
        vm.prank(requestor);
        payments.depositWithPermit(7 ether, deadline, v, r, s);
        vm.assertEq(payments.free(requestor), 1_007 ether, "free");
    }

    function test_a_permit_that_was_front_run_does_no_harm() public {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = permit(7 ether);
        token.permit(requestor, address(payments), 7 ether, deadline, v, r, s);
        vm.prank(requestor);
        payments.depositWithPermit(7 ether, deadline, v, r, s);
        vm.assertEq(payments.free(requestor), 1_007 ether, "free");
    }

    function test_a_stranger_cannot_deposit_anothers_tokens_by_permit() public {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = permit(7 ether);
        vm.prank(payee);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(payments), 0, 7 ether
            )
        );
        payments.depositWithPermit(7 ether, deadline, v, r, s);
    }

    function test_tokens_that_take_fees_are_refused() public {
        FeeToken fee = new FeeToken();
        Payments escrow = new Payments(fee);
        fee.approve(address(escrow), 100);
        vm.expectRevert(abi.encodeWithSelector(Incoming.DepositMismatch.selector, 100, 99));
        escrow.deposit(100);
    }

    function test_deposit_and_post_with_permit_takes_one_transaction() public {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = permit(7 ether);
        uint64 expiry = uint64(block.timestamp + 1 days);
        vm.prank(requestor);
        payments.depositAndPostWithPermit(7 ether, bytes32(uint256(1)), 9 ether, expiry, deadline, v, r, s);
        vm.assertEq(payments.free(requestor), 998 ether, "the rest came from the free balance");
        vm.assertEq(payments.roundOf(requestor, bytes32(uint256(1)), 9 ether).left, 9 ether, "locked");
    }

    /// A permit that was front-run, and one that was never good, are the same to the escrow: the allowance decides.
    function test_a_front_run_permit_does_no_harm_to_deposit_and_post(bool isFrontRun) public {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = permit(7 ether);
        if (isFrontRun) token.permit(requestor, address(payments), 7 ether, deadline, v, r, s);
        else r = bytes32(uint256(1));
        vm.prank(requestor);
        if (!isFrontRun) vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)")));
        payments.depositAndPostWithPermit(
            7 ether, 0, 7 ether, uint64(block.timestamp + 1 days), deadline, v, r, s
        );
    }

    function test_deposit_and_post_leaves_free_what_is_not_locked(uint256 deposited, uint256 sum) public {
        deposited = bound(deposited, 0, 100 ether);
        sum = bound(sum, 0, 1_000 ether + deposited);
        token.transfer(requestor, deposited);
        vm.startPrank(requestor);
        token.approve(address(payments), deposited);
        payments.depositAndPost(deposited, 0, uint128(sum), uint64(block.timestamp + 1 days));
        vm.stopPrank();
        vm.assertEq(payments.free(requestor), 1_000 ether + deposited - sum, "free");
        vm.assertEq(payments.roundOf(requestor, 0, uint128(sum)).left, sum, "locked");
    }

    function test_deposit_and_post_needs_what_it_locks() public {
        vm.prank(requestor);
        vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, 1_000 ether, 1_001 ether));
        payments.depositAndPost(0, 0, 1_001 ether, uint64(block.timestamp + 1 days));
    }

    function test_several_calls_in_one_transaction() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(Payments.post, (bytes32(uint256(1)), 400 ether, uint64(block.timestamp + 1)));
        calls[1] = abi.encodeCall(Payments.withdraw, (600 ether));
        vm.prank(requestor);
        payments.multicall(calls);
        vm.assertEq(payments.free(requestor), 0, "free");
        vm.assertEq(token.balanceOf(requestor), 600 ether, "wallet");
    }

    function permit(uint256 amount) private returns (uint256 deadline, uint8 v, bytes32 r, bytes32 s) {
        token.transfer(requestor, amount);
        deadline = block.timestamp + 1;
        bytes32 body = keccak256(abi.encode(PERMIT, requestor, address(payments), amount, 0, deadline));
        (v, r, s) = vm.sign(REQUESTOR_KEY, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), body)));
    }
}
