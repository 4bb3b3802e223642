// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reads fields that stand tightly in calldata
/// @notice The ABI pads every field to 32 bytes, and calldata is most of what a batch costs. `offset` is a position in the
/// whole calldata; whoever calls has made sure that it lies within its argument.
library Packed {
    function word(uint256 offset) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(offset)
        }
    }

    function account(uint256 offset) internal pure returns (address value) {
        assembly ("memory-safe") {
            value := shr(96, calldataload(offset))
        }
    }

    /// @return value 16 bytes, an amount in base units.
    function amount(uint256 offset) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(128, calldataload(offset))
        }
    }

    /// @return value `size` bytes (at most 32), big-endian.
    function number(uint256 offset, uint256 size) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), calldataload(offset))
        }
    }
}
