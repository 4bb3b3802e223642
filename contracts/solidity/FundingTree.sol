// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Merkle-sum trees over (channel, base, cap)
/// @notice Every node's hash covers both children's hashes and both children's sums, so a root stands for one total that
/// no set of provable leaves exceeds. Amounts are hashed as whole words: a sum that leaves 128 bits stays visible
/// instead of being cut. Leaves (97 bytes) and nodes (129 bytes) differ in their first byte and in their length.
library FundingTree {
    /// @dev A tree of 2^32 leaves is more than any requestor has payees; longer proofs are refused.
    uint256 internal constant MAX_DEPTH = 32;
    /// @dev A sibling in a proof: its hash (32 bytes) and its sum (16).
    uint256 internal constant STEP_BYTES = 48;

    /// @notice Hash of a leaf; its sum is `cap`.
    /// @dev keccak256(abi.encodePacked(bytes1(0x00), channel, base, cap)), written over free memory, which stays free.
    function leaf(bytes32 channel, uint256 base, uint256 cap) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore8(memory_, 0x00)
            mstore(add(memory_, 0x01), channel)
            mstore(add(memory_, 0x21), base)
            mstore(add(memory_, 0x41), cap)
            hash := keccak256(memory_, 0x61)
        }
    }

    /// @notice Hash of an inner node; its sum is `leftSum + rightSum`.
    /// @dev keccak256(abi.encodePacked(bytes1(0x01), left, leftSum, right, rightSum)), written like a leaf's.
    function node(bytes32 left, uint256 leftSum, bytes32 right, uint256 rightSum) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore8(memory_, 0x01)
            mstore(add(memory_, 0x01), left)
            mstore(add(memory_, 0x21), leftSum)
            mstore(add(memory_, 0x41), right)
            mstore(add(memory_, 0x61), rightSum)
            hash := keccak256(memory_, 0x81)
        }
    }

    /// @notice Whether the leaf stands in the tree of this root and total. Never reverts.
    /// @param proof Where in calldata the siblings stand, from the leaf up, `STEP_BYTES` each.
    /// @param depth How many they are.
    /// @param sides Bit i is set where sibling i stands on the left.
    function contains(
        bytes32 root,
        uint256 sum,
        bytes32 leafHash,
        uint256 leafSum,
        uint256 proof,
        uint256 depth,
        uint256 sides
    ) internal pure returns (bool) {
        if (depth > MAX_DEPTH) return false;
        // `node` of each level, in one loop over the same 129 bytes of free memory, which stays free. 33 terms of at most
        // 128 bits: the total stays far below 256 bits.
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore8(memory_, 0x01)
            for { let end := add(proof, mul(depth, 48)) } lt(proof, end) { proof := add(proof, 48) } {
                let siblingSum := shr(128, calldataload(add(proof, 32)))
                let shift := shl(6, and(sides, 1))
                let own := add(memory_, add(0x01, shift))
                let other := add(memory_, sub(0x41, shift))
                mstore(own, leafHash)
                mstore(add(own, 0x20), leafSum)
                mstore(other, calldataload(proof))
                mstore(add(other, 0x20), siblingSum)
                leafHash := keccak256(memory_, 0x81)
                leafSum := add(leafSum, siblingSum)
                sides := shr(1, sides)
            }
        }
        return leafHash == root && leafSum == sum;
    }
}
