// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title Accounts with weights, from which one is drawn in proportion to its weight at the end of an earlier block
/// @notice A Fenwick tree (P. M. Fenwick, "A new data structure for cumulative frequency tables", 1994) with a history:
/// changing a weight, and finding whom a number falls to, take one step for each binary digit of the count of accounts.
/// Because draws look at the past, nobody who knows the dice can still move the table.
library WeightTree {
    using Checkpoints for Checkpoints.Trace208;

    struct Tree {
        /// Position i holds the sum of the weights of the `i & -i` positions that end with i; positions begin with 1.
        mapping(uint256 position => Checkpoints.Trace208) sums;
        Checkpoints.Trace208 total;
        /// How many accounts there were.
        Checkpoints.Trace208 count;
        address[] accounts;
        mapping(address account => uint256) positions;
        mapping(address account => Checkpoints.Trace208) weights;
    }

    /// @notice Gives an account a weight from this block on; 0 takes it out of the draws.
    function set(Tree storage tree, address account, uint128 weight) internal {
        uint208 before = tree.weights[account].latest();
        if (weight == before) return;
        uint48 now_ = uint48(block.number);
        uint256 position = tree.positions[account];
        if (position == 0) position = _append(tree, account, now_);
        tree.weights[account].push(now_, weight);
        tree.total.push(now_, tree.total.latest() - before + weight);
        uint256 count = tree.accounts.length;
        for (; position <= count; position += _lowestBit(position)) {
            Checkpoints.Trace208 storage sum = tree.sums[position];
            sum.push(now_, sum.latest() - before + weight);
        }
    }

    /// @notice The account to which `number` falls at the end of a block, where each has an interval as long as its weight.
    /// @param number Below `totalAt` that block.
    function findAt(Tree storage tree, uint256 number, uint48 blockNumber) internal view returns (address) {
        uint256 count = tree.count.upperLookupRecent(blockNumber);
        uint256 step = 1;
        while (step * 2 <= count) step *= 2;
        uint256 position;
        for (; step != 0; step /= 2) {
            uint256 next = position + step;
            if (next > count) continue;
            uint256 sum = tree.sums[next].upperLookupRecent(blockNumber);
            if (sum > number) continue;
            number -= sum;
            position = next;
        }
        return tree.accounts[position];
    }

    /// @notice All weights at the end of a block.
    function totalAt(Tree storage tree, uint48 blockNumber) internal view returns (uint256) {
        return tree.total.upperLookupRecent(blockNumber);
    }

    /// @notice An account's weight at the end of a block.
    function weightAt(Tree storage tree, address account, uint48 blockNumber) internal view returns (uint256) {
        return tree.weights[account].upperLookupRecent(blockNumber);
    }

    /// @notice An account's weight now.
    function weightOf(Tree storage tree, address account) internal view returns (uint256) {
        return tree.weights[account].latest();
    }

    /// @dev The new position's sum covers older ones, too: all that ends with it.
    function _append(Tree storage tree, address account, uint48 now_) private returns (uint256 position) {
        tree.accounts.push(account);
        position = tree.accounts.length;
        tree.positions[account] = position;
        tree.count.push(now_, uint208(position));
        uint208 sum;
        uint256 first = position - _lowestBit(position);
        for (uint256 i = position - 1; i > first; i -= _lowestBit(i)) {
            sum += tree.sums[i].latest();
        }
        tree.sums[position].push(now_, sum);
    }

    function _lowestBit(uint256 position) private pure returns (uint256) {
        unchecked {
            return position & (0 - position);
        }
    }
}
