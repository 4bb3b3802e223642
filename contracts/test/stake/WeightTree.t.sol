// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WeightTree} from "../../solidity/WeightTree.sol";
import {bound, vm} from "../Vm.sol";

contract WeightTreeTest {
    using WeightTree for WeightTree.Tree;

    uint256 private constant ACCOUNTS = 11;
    WeightTree.Tree private tree;
    /// By block and account.
    mapping(uint256 blockNumber => mapping(uint256 account => uint256)) private weights;

    /// Against a plain list: at the end of every block, every number falls to whom it should.
    function test_numbers_fall_as_in_a_list_at_every_block(uint256 seed) public {
        uint256 last = 100 + bound(seed, 1, 12);
        for (uint256 number = 101; number <= last; ++number) {
            vm.roll(number);
            for (uint256 i = 0; i < ACCOUNTS; ++i) {
                weights[number][i] = weights[number - 1][i];
            }
            for (uint256 i = 0; i < 3; ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                uint256 account = seed % ACCOUNTS;
                uint256 weight = (seed >> 16) % 4 == 0 ? 0 : (seed >> 32) % 100;
                weights[number][account] = weight;
                tree.set(accountOf(account), uint128(weight));
            }
        }
        vm.roll(last + 5);
        for (uint256 number = 100; number <= last + 4; ++number) {
            compare(number, number > last ? last : number, seed);
        }
    }

    function compare(uint256 number, uint256 known, uint256 seed) private view {
        uint256 total;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            uint256 weight = weights[known][i];
            total += weight;
            vm.assertEq(tree.weightAt(accountOf(i), uint48(number)), weight, "weight");
        }
        vm.assertEq(tree.totalAt(uint48(number)), total, "total");
        if (total == 0) return;
        uint256 target = seed % total;
        address found = tree.findAt(target, uint48(number));
        // The tree's order is that of first appearance; in it, `target` lies within the found account's interval.
        uint256 before;
        for (uint256 i = 0; tree.accounts[i] != found; ++i) {
            before += weights[known][indexOf(tree.accounts[i])];
        }
        vm.assertLe(before, target, "not before");
        vm.assertTrue(target < before + weights[known][indexOf(found)], "not after");
    }

    function accountOf(uint256 index) private pure returns (address) {
        return address(uint160(0xA000 + index));
    }

    function indexOf(address account) private pure returns (uint256) {
        return uint160(account) - 0xA000;
    }
}
