// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FuzzSelector} from "../Vm.sol";
import {StakeHandler} from "./StakeHandler.sol";

/// @dev What must hold after any order of any acts of stakers, jurors, accusers and arbiters.
contract StakeInvariants {
    StakeHandler private handler;

    function setUp() public {
        handler = new StakeHandler();
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

    function invariant_stake_and_bonds_are_there_and_exits_stand() public view {
        handler.audit();
    }

    function afterInvariant() external {
        handler.audit();
        handler.conclude();
    }
}
