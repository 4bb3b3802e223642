// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title GLM, the token of Golem
/// @notice ERC-20 with permit (EIP-2612), 18 decimals. The whole supply exists from the first block on: nobody mints
/// afterwards, nobody pauses, nobody owns the contract.
contract GolemToken is ERC20, ERC20Permit {
    /// @notice Supply for ever, in base units: 1,000,000,000 GLM.
    uint256 public constant CAP = 1_000_000_000 ether;

    /// @param holder Receives the whole supply.
    constructor(address holder) ERC20("Golem", "GLM") ERC20Permit("Golem") {
        _mint(holder, CAP);
    }
}
