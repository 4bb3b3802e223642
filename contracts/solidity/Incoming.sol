// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Takes tokens in, exactly
library Incoming {
    using SafeERC20 for IERC20;

    /// @notice The token moved another amount than asked: it takes fees, or rebases.
    error DepositMismatch(uint256 expected, uint256 received);

    /// @notice Moves `amount` from the caller's wallet, by its allowance, to this contract.
    /// @dev Reverts with `DepositMismatch`, or as the token does. Whoever uses it guards against reentrance: a deposit
    /// within a deposit would be counted twice.
    function take(IERC20 token, uint256 amount) internal {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert DepositMismatch(amount, received);
    }
}
