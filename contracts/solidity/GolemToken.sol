// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title GLM, the token of Golem
/// @notice ERC-20 with permit (EIP-2612), 18 decimals. Until it opens, its minter (the crowdfunding contract) alone moves
/// it; opening happens once, and from then on nobody mints, pauses or owns anything.
contract GolemToken is ERC20, ERC20Burnable, ERC20Capped, ERC20Permit {
    /// @notice Hard cap of the supply, in base units: 1,000,000,000 GLM.
    uint256 public constant CAP = 1_000_000_000 ether;

    /// @notice Who may mint, take back and open, until it has opened.
    address public immutable minter;
    /// @notice Whether tokens move freely. Once true, true for ever, and the supply never rises again.
    bool public isOpen;

    /// @notice Tokens move freely from now on.
    /// @param supply What exists, and will never be exceeded.
    event Opened(uint256 supply);

    /// @notice Tokens do not move before the crowdfunding has succeeded.
    error TransfersClosed();
    /// @notice Only the minter may do this, and only until the token has opened.
    error NotMinting();

    modifier whileMinting() {
        if (msg.sender != minter || isOpen) revert NotMinting();
        _;
    }

    /// @param minter_ The crowdfunding contract.
    constructor(address minter_) ERC20("Golem", "GLM") ERC20Capped(CAP) ERC20Permit("Golem") {
        minter = minter_;
    }

    /// @notice Makes `amount` base units for `to`. The minter only, before opening.
    /// @dev Reverts with `NotMinting` or `ERC20ExceededCap`.
    function mint(address to, uint256 amount) external whileMinting {
        _mint(to, amount);
    }

    /// @notice Takes `amount` base units back from `from`, against a refund. The minter only, before opening.
    /// @dev Reverts with `NotMinting` or `ERC20InsufficientBalance`.
    function takeBack(address from, uint256 amount) external whileMinting {
        _burn(from, amount);
    }

    /// @notice Ends minting and lets tokens move, for ever. The minter only, once.
    /// @dev Reverts with `NotMinting`.
    function open() external whileMinting {
        isOpen = true;
        emit Opened(totalSupply());
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Capped) {
        if (!isOpen && msg.sender != minter) revert TransfersClosed();
        super._update(from, to, value);
    }
}
