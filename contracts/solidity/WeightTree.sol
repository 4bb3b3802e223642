// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Accounts with weights, from which one is drawn in proportion to its weight
/// @notice A Fenwick tree (P. M. Fenwick, "A new data structure for cumulative frequency tables", 1994): changing a
/// weight, and finding whom a number falls to, take one step for each binary digit of the count of accounts.
library WeightTree {
    struct Tree {
        /// Position i holds the sum of the weights of the `i & -i` positions that end with i; position 0 is unused.
        uint256[] sums;
        address[] accounts;
        mapping(address account => uint256) positions;
        mapping(address account => uint256) weights;
        uint256 total;
    }

    /// @notice Gives an account a weight; 0 takes it out of the draws. Sums of weights must stay below 2^256.
    function set(Tree storage tree, address account, uint256 weight) internal {
        uint256 before = tree.weights[account];
        if (weight == before) return;
        uint256 position = tree.positions[account];
        if (position == 0) position = _append(tree, account);
        tree.weights[account] = weight;
        tree.total = tree.total - before + weight;
        uint256 count = tree.accounts.length;
        for (; position <= count; position += _lowestBit(position)) {
            tree.sums[position] = tree.sums[position] - before + weight;
        }
    }

    /// @notice The account to which `number` falls, where each has an interval as long as its weight.
    /// @param number Below `total`.
    function find(Tree storage tree, uint256 number) internal view returns (address) {
        uint256 count = tree.accounts.length;
        uint256 step = 1;
        while (step * 2 <= count) step *= 2;
        uint256 position;
        for (; step != 0; step /= 2) {
            uint256 next = position + step;
            if (next > count) continue;
            uint256 sum = tree.sums[next];
            if (sum > number) continue;
            number -= sum;
            position = next;
        }
        return tree.accounts[position];
    }

    /// @dev The new position's sum covers older ones, too: all that ends with it.
    function _append(Tree storage tree, address account) private returns (uint256 position) {
        if (tree.accounts.length == 0) tree.sums.push(0);
        tree.accounts.push(account);
        position = tree.accounts.length;
        tree.positions[account] = position;
        uint256 sum;
        uint256 first = position - _lowestBit(position);
        for (uint256 i = position - 1; i > first; i -= _lowestBit(i)) {
            sum += tree.sums[i];
        }
        tree.sums.push(sum);
    }

    function _lowestBit(uint256 position) private pure returns (uint256) {
        unchecked {
            return position & (0 - position);
        }
    }
}
