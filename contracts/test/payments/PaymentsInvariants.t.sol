// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FuzzSelector, vm} from "../Vm.sol";
import {PaymentsHandler} from "./PaymentsHandler.sol";

/// @dev What must hold after any order of any acts of any actors.
contract PaymentsInvariants {
    PaymentsHandler private handler;

    function setUp() public {
        vm.warp(1_800_000_000);
        handler = new PaymentsHandler();
        handler.begin();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(handler), handler.acts());
    }

    function invariant_every_token_is_owed_and_every_promise_covered() public view {
        (uint256 owed, bool areLocksCovered) = handler.audit();
        vm.assertEq(owed, handler.held(), "balances, locks and uncollected pay against tokens held");
        vm.assertTrue(areLocksCovered, "a lock holds less than its leaves may draw");
    }

    /// At the end of every run each live leaf is redeemed to the brim, in the order that the run left behind, and
    /// everybody withdraws.
    function afterInvariant() external {
        invariant_every_token_is_owed_and_every_promise_covered();
        handler.redeemEverything();
        invariant_every_token_is_owed_and_every_promise_covered();
        handler.withdrawEverything();
    }
}
