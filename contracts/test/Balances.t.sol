// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {GolemToken} from "../solidity/GolemToken.sol";
import {Payments} from "../solidity/Payments.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {vm} from "./Vm.sol";

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

/// @dev Calls back into the escrow while it is being paid.
contract HookToken is ERC20("Hook", "HOOK") {
    Payments public payments;

    constructor() {
        _mint(msg.sender, 1_000);
    }

    function arm(Payments target) external {
        payments = target;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (address(payments) != address(0) && to == address(payments)) payments.deposit(0);
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
        vm.expectRevert(abi.encodeWithSelector(Payments.DepositMismatch.selector, 100, 99));
        escrow.deposit(100);
    }

    function test_a_token_cannot_reenter() public {
        HookToken hook = new HookToken();
        Payments escrow = new Payments(hook);
        hook.arm(escrow);
        hook.approve(address(escrow), 100);
        vm.expectRevert(bytes4(keccak256("ReentrancyGuardReentrantCall()")));
        escrow.deposit(100);
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
