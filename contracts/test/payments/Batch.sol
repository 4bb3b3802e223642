// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payments} from "../../solidity/Payments.sol";

/// @dev A voucher, and the place in a round that pays it; `Payments.redeem` says what the fields mean.
struct Redemption {
    Payments.Channel channel;
    uint128 amount;
    bytes32 r;
    bytes32 vs;
    bytes32 root;
    uint128 sum;
    uint128 base;
    uint128 cap;
    bytes32[] hashes;
    uint128[] sums;
    uint32 sides;
}

/// @dev An absolute target of a settlement.
struct Target {
    bytes32 channel;
    uint128 amount;
}

/// @dev Writes what `Payments` reads, as packages/chain does.
library Batch {
    function pack(Redemption memory item) internal pure returns (bytes memory packed) {
        Payments.Channel memory channel = item.channel;
        packed = bytes.concat(
            abi.encodePacked(
                channel.requestor, channel.payee, channel.author, channel.royaltyBps, item.amount, item.r, item.vs
            ),
            abi.encodePacked(item.root, item.sum, item.base, item.cap, item.sides, uint8(item.hashes.length))
        );
        for (uint256 i = 0; i < item.hashes.length; ++i) {
            packed = bytes.concat(packed, item.hashes[i], bytes16(item.sums[i]));
        }
    }

    function pack(Redemption[] memory items) internal pure returns (bytes memory packed) {
        for (uint256 i = 0; i < items.length; ++i) {
            packed = bytes.concat(packed, pack(items[i]));
        }
    }

    function pack(Target[] memory targets) internal pure returns (bytes memory packed) {
        for (uint256 i = 0; i < targets.length; ++i) {
            packed = bytes.concat(packed, targets[i].channel, bytes16(targets[i].amount));
        }
    }

    /// @dev For `collect`; all channels are one payee's.
    function pack(Payments.Channel[] memory channels) internal pure returns (bytes memory packed) {
        for (uint256 i = 0; i < channels.length; ++i) {
            Payments.Channel memory channel = channels[i];
            packed = bytes.concat(packed, abi.encodePacked(channel.requestor, channel.author, channel.royaltyBps));
        }
    }
}
