// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Payments} from "../../solidity/Payments.sol";
import {vm} from "../Vm.sol";
import {PaymentsBase} from "./PaymentsBase.sol";

/// @dev Lets a guest act whenever it moves, as tokens with hooks do.
contract HookToken is ERC20("Hook", "HOOK") {
    Guest private _guest;

    constructor() {
        _mint(msg.sender, 1_000 ether);
    }

    function invite(Guest guest) external {
        _guest = guest;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (address(_guest) != address(0)) _guest.act();
    }
}

/// @dev Calls the escrow while it is being paid, or pays.
contract Guest {
    Payments private immutable payments;
    HookToken private immutable token;
    bytes private call;
    uint256 public acted;
    bool public succeeded;
    bytes public answer;

    constructor(Payments payments_, HookToken token_) {
        payments = payments_;
        token = token_;
        token.approve(address(payments), type(uint256).max);
    }

    function plan(bytes memory call_) external {
        call = call_;
    }

    function run(bytes calldata outer) external {
        (bool ok, bytes memory data) = address(payments).call(outer);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(data, 0x20), mload(data))
            }
        }
    }

    function act() external {
        if (acted++ != 0) return;
        (succeeded, answer) = address(payments).call(call);
    }
}

contract ReentrancyTest is PaymentsBase {
    bytes4 private constant GUARDED = bytes4(keccak256("ReentrancyGuardReentrantCall()"));
    HookToken private hook;
    Guest private guest;

    function setUp() public override {
        super.setUp();
        hook = new HookToken();
        payments = new Payments(hook);
        guest = new Guest(payments, hook);
        hook.transfer(address(guest), 100 ether);
        guest.run(abi.encodeCall(Payments.deposit, (50 ether)));
        hook.invite(guest);
    }

    function test_nothing_that_moves_tokens_is_entered_again() public {
        uint64 expiry = uint64(block.timestamp + 1 days);
        bytes[4] memory moving = [
            abi.encodeCall(Payments.deposit, (1 ether)),
            abi.encodeCall(Payments.withdraw, (1 ether)),
            abi.encodeCall(Payments.depositAndPost, (1 ether, bytes32(0), 1 ether, expiry)),
            abi.encodeCall(Payments.depositWithPermit, (1 ether, 0, 27, bytes32(0), bytes32(0)))
        ];
        for (uint256 i = 0; i < 12; ++i) {
            uint256 before = vm.snapshotState();
            guest.plan(moving[i % 4]);
            guest.run(moving[i / 4]);
            vm.assertTrue(guest.acted() != 0, "the guest was there");
            vm.assertFalse(guest.succeeded(), "and was let in");
            vm.assertEq(bytes32(bytes4(guest.answer())), bytes32(GUARDED), "by the guard");
            vm.revertToState(before);
        }
    }

    /// What moves no tokens may be entered: it sees balances of before, or of after, and none in between.
    function test_what_is_not_yet_deposited_cannot_be_spent() public {
        guest.plan(abi.encodeCall(Payments.post, (bytes32(0), 51 ether, uint64(block.timestamp + 1 days))));
        guest.run(abi.encodeCall(Payments.deposit, (10 ether)));
        vm.assertFalse(guest.succeeded(), "spent what was on its way in");
        vm.assertEq(payments.free(address(guest)), 60 ether, "free");
    }

    function test_what_is_being_withdrawn_cannot_be_spent() public {
        guest.plan(abi.encodeCall(Payments.post, (bytes32(0), 41 ether, uint64(block.timestamp + 1 days))));
        guest.run(abi.encodeCall(Payments.withdraw, (10 ether)));
        vm.assertFalse(guest.succeeded(), "spent what was on its way out");
        vm.assertEq(payments.free(address(guest)), 40 ether, "free");
    }

    function test_what_is_locked_on_its_way_in_is_locked_once() public {
        uint64 expiry = uint64(block.timestamp + 1 days);
        bytes memory act = abi.encodeCall(Payments.post, (bytes32(uint256(1)), 50 ether, expiry));
        guest.plan(act);
        guest.run(abi.encodeCall(Payments.depositAndPost, (10 ether, bytes32(0), 10 ether, expiry)));
        vm.assertTrue(guest.succeeded(), "the free balance is its own");
        vm.assertEq(payments.free(address(guest)), 0, "free");
        vm.assertEq(hook.balanceOf(address(payments)), 60 ether, "both locks are covered");
    }
}
