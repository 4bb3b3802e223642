// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payments} from "../../solidity/Payments.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {Leaf, Tree} from "./Tree.sol";
import {vm} from "../Vm.sol";

/// @dev Values that the nodes compute too: packages/protocol/src/funding-tree.test.ts and packages/chain hold the same.
contract VectorsTest is PaymentsBase {
    bytes10 private constant DIGITS = "0123456789";

    function test_roots_are_what_the_nodes_compute() public pure {
        expectRoot(1, 0x0400787087f7df762208f3d8a3691ad3eb8368dc2ba88c1ee0bc6f241d38e78c);
        expectRoot(2, 0x1e53dd1c5e76fe64fe03e31e95e0406f26b788671da4b1ccf9486ec39fac91f2);
        expectRoot(3, 0x278fd89945280d7e2684231816a85837f4ca6a53d0d49467ce360603c2717b96);
        expectRoot(5, 0x9f83e0b126dae3c03f7ff54a8fd63e8bcd0858af2d88382e8c417ee9841d8e83);
        expectRoot(8, 0xa21680c7d624b9ebc51dd1a3e42b980ae6a81524d80ad5a870c344e76a71fdc5);
    }

    function test_voucher_digests_are_what_the_nodes_compute() public {
        Payments there = Payments(0x5FbDB2315678afecb367f032d93F642f64180aa3);
        vm.chainId(31337);
        vm.etch(address(there), address(payments).code);
        Payments.Channel memory channel = Payments.Channel(
            0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1,
            0x2222222222222222222222222222222222222222,
            0x3333333333333333333333333333333333333333,
            500
        );
        vm.assertEq(
            there.voucherDigest(there.channelId(channel), 1 ether),
            0x568aaa465d2a77bf83cf4d842a1d281d652af35fc107b9b774f7e93b8f4375e7,
            "digest"
        );
    }

    function expectRoot(uint256 count, bytes32 expected) private pure {
        Leaf[] memory leaves = new Leaf[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 channel = keccak256(abi.encodePacked("channel ", DIGITS[i]));
            leaves[i] = Leaf(channel, uint128(i * 1 ether), uint128((i + 1) * 1 ether));
        }
        (bytes32 root,) = Tree.build(leaves);
        vm.assertEq(root, expected, "root");
    }
}
