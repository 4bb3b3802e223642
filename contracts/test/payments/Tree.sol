// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FundingTree} from "../../solidity/FundingTree.sol";

struct Leaf {
    bytes32 channel;
    uint128 base;
    uint128 cap;
}

struct Proof {
    bytes32[] hashes;
    uint128[] sums;
    uint32 sides;
}

/// @dev Builds what packages/protocol/src/funding-tree.ts builds: neighbours are paired, an odd last node moves up unchanged.
library Tree {
    function build(Leaf[] memory leaves) internal pure returns (bytes32 root, uint128 sum) {
        (root, sum,) = prove(leaves, 0);
    }

    function prove(Leaf[] memory leaves, uint256 index)
        internal
        pure
        returns (bytes32 root, uint128 sum, Proof memory proof)
    {
        uint256 count = leaves.length;
        bytes32[] memory hashes = new bytes32[](count);
        uint256[] memory sums = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            hashes[i] = FundingTree.leaf(leaves[i].channel, leaves[i].base, leaves[i].cap);
            sums[i] = leaves[i].cap;
        }
        bytes32[] memory proofHashes = new bytes32[](32);
        uint128[] memory proofSums = new uint128[](32);
        uint256 depth;
        while (count > 1) {
            uint256 sibling = index ^ 1;
            if (sibling < count) {
                proofHashes[depth] = hashes[sibling];
                proofSums[depth] = uint128(sums[sibling]);
                if (sibling < index) proof.sides |= uint32(1 << depth);
                ++depth;
            }
            for (uint256 i = 0; i < count; i += 2) {
                bool pair = i + 1 < count;
                hashes[i / 2] = pair ? FundingTree.node(hashes[i], sums[i], hashes[i + 1], sums[i + 1]) : hashes[i];
                sums[i / 2] = pair ? sums[i] + sums[i + 1] : sums[i];
            }
            index /= 2;
            count = (count + 1) / 2;
        }
        proof.hashes = new bytes32[](depth);
        proof.sums = new uint128[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            proof.hashes[i] = proofHashes[i];
            proof.sums[i] = proofSums[i];
        }
        root = hashes[0];
        sum = uint128(sums[0]);
    }
}
