// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title The team's tokens: locked, then released in shares
/// @notice Made by the crowdfunding when it succeeds. Nobody can change members, shares or the time.
contract TeamLock {
    using SafeERC20 for IERC20;

    /// @notice The token that is locked here.
    IERC20 public immutable token;
    /// @notice The second from which members take their shares.
    uint64 public immutable unlocksAt;

    /// @notice A member's share; 0 once it was released.
    mapping(address member => uint256) public shareOf;
    /// @notice All shares that were not released yet.
    uint256 public sharesLeft;

    /// @notice A member's share left the lock.
    event Released(address indexed member, uint256 amount);

    /// @notice Nothing is released before this second.
    error Locked(uint64 unlocksAt);
    /// @notice Not a member, or released already.
    error NoShare(address member);
    /// @notice Members and shares must be as many as each other, at least one, each once and above zero.
    error SharesInvalid();

    /// @param members Who gets shares; at least one, none twice.
    /// @param shares As many; any unit, only their proportions count.
    constructor(IERC20 token_, uint64 unlocksAt_, address[] memory members, uint96[] memory shares) {
        if (members.length == 0 || members.length != shares.length) revert SharesInvalid();
        token = token_;
        unlocksAt = unlocksAt_;
        uint256 all;
        for (uint256 i = 0; i < members.length; ++i) {
            if (members[i] == address(0) || shares[i] == 0 || shareOf[members[i]] != 0) revert SharesInvalid();
            shareOf[members[i]] = shares[i];
            all += shares[i];
        }
        sharesLeft = all;
    }

    /// @notice Sends a member its share. Anyone may call it, once for each member.
    /// @dev The part of what is left that its share is of the shares left: the last member takes the rest, to the last
    /// base unit. Reverts with `Locked` or `NoShare`.
    function release(address member) external returns (uint256 amount) {
        if (block.timestamp < unlocksAt) revert Locked(unlocksAt);
        uint256 share = shareOf[member];
        if (share == 0) revert NoShare(member);
        amount = (token.balanceOf(address(this)) * share) / sharesLeft;
        shareOf[member] = 0;
        sharesLeft -= share;
        emit Released(member, amount);
        token.safeTransfer(member, amount);
    }
}
