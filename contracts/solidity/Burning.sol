// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @dev As OpenZeppelin's ERC20Burnable has it.
interface IBurnable {
    function burn(uint256 amount) external;
}

/// @title Burns any ERC-20
library Burning {
    using SafeERC20 for IERC20;

    /// @dev Nobody has its key.
    address internal constant DEAD = 0x000000000000000000000000000000000000dEaD;

    /// @notice Burns `amount` of this contract's tokens, or puts them out of everybody's reach where the token has no
    /// `burn`.
    function burn(IERC20 token, uint256 amount) internal {
        if (amount == 0) return;
        uint256 balance = token.balanceOf(address(this));
        try IBurnable(address(token)).burn(amount) {} catch {}
        // Judged by what happened, since a token's fallback may answer to anything.
        uint256 burned = balance - token.balanceOf(address(this));
        if (burned < amount) token.safeTransfer(DEAD, amount - burned);
    }
}
