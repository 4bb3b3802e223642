// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GolemToken} from "../../solidity/GolemToken.sol";
import {Payments} from "../../solidity/Payments.sol";
import {Batch, Redemption, Target} from "./Batch.sol";
import {Leaf, Proof, Tree} from "./Tree.sol";
import {vm} from "../Vm.sol";

/// @dev A funded requestor, a few payees, an author, and what it takes to post and redeem.
abstract contract PaymentsBase {
    uint256 internal constant REQUESTOR_KEY = 0xA11CE;
    address internal requestor = vm.addr(REQUESTOR_KEY);
    address internal author = address(0xAA);
    address internal payee = address(0xB0);
    GolemToken internal token;
    Payments internal payments;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        token = openToken();
        payments = new Payments(token);
        depositFor(requestor, 1_000 ether);
    }

    /// A token of which this contract holds all.
    function openToken() internal returns (GolemToken opened) {
        opened = new GolemToken(address(this));
        opened.mint(address(this), opened.CAP());
        opened.open();
    }

    function depositFor(address account, uint256 amount) internal {
        token.transfer(account, amount);
        vm.startPrank(account);
        token.approve(address(payments), amount);
        payments.deposit(amount);
        vm.stopPrank();
    }

    function channelTo(address to) internal view returns (Payments.Channel memory) {
        return Payments.Channel(requestor, to, author, 500);
    }

    function channelTo(uint256 index) internal view returns (Payments.Channel memory) {
        return channelTo(address(uint160(0xB000 + index)));
    }

    function leafOf(Payments.Channel memory channel, uint128 base, uint128 cap) internal view returns (Leaf memory) {
        return Leaf(payments.channelId(channel), base, cap);
    }

    function leavesOf(uint256 count, uint128 cap) internal view returns (Leaf[] memory leaves) {
        leaves = new Leaf[](count);
        for (uint256 i = 0; i < count; ++i) {
            leaves[i] = leafOf(channelTo(i), 0, cap);
        }
    }

    function oneLeaf(Payments.Channel memory channel, uint128 base, uint128 cap)
        internal
        view
        returns (Leaf[] memory leaves)
    {
        leaves = new Leaf[](1);
        leaves[0] = leafOf(channel, base, cap);
    }

    function post(Leaf[] memory leaves) internal returns (bytes32 root, uint128 sum) {
        (root, sum) = Tree.build(leaves);
        vm.prank(requestor);
        payments.post(root, sum, uint64(block.timestamp + 1 days));
    }

    function redemption(Leaf[] memory leaves, uint256 index, Payments.Channel memory channel, uint128 amount)
        internal
        view
        returns (Redemption memory item)
    {
        Proof memory proof;
        (item.root, item.sum, proof) = Tree.prove(leaves, index);
        item.channel = channel;
        item.base = leaves[index].base;
        item.cap = leaves[index].cap;
        item.hashes = proof.hashes;
        item.sums = proof.sums;
        item.sides = proof.sides;
        sign(item, REQUESTOR_KEY, amount);
    }

    function sign(Redemption memory item, uint256 key, uint128 amount) internal view {
        item.amount = amount;
        (item.r, item.vs) = signDigest(key, payments.voucherDigest(payments.channelId(item.channel), amount));
    }

    function signDigest(uint256 key, bytes32 digest) internal pure returns (bytes32 r, bytes32 vs) {
        uint8 v;
        bytes32 s;
        (v, r, s) = vm.sign(key, digest);
        vs = s | bytes32(uint256(v - 27) << 255);
    }

    function expectOutcome(Redemption memory item, Payments.Outcome outcome) internal {
        bytes memory packed = Batch.pack(item);
        vm.expectRevert(abi.encodeWithSelector(Payments.RedemptionFailed.selector, outcome));
        payments.redeem(packed);
        vm.assertEq(uint256(outcomeOf(item)), uint256(outcome), "the batch names the same outcome");
    }

    function outcomeOf(Redemption memory item) internal returns (Payments.Outcome) {
        return payments.redeemMany(Batch.pack(item))[0];
    }

    function paidOf(Payments.Channel memory channel) internal view returns (uint128) {
        return payments.ledgerOf(payments.channelId(channel)).paid;
    }

    function settleOne(Payments.Channel memory channel, uint128 amount) internal {
        settleFrom(requestor, channel, amount);
    }

    function settleFrom(address from, Payments.Channel memory channel, uint128 amount) internal {
        Target[] memory targets = new Target[](1);
        targets[0] = Target(payments.channelId(channel), amount);
        vm.prank(from);
        payments.settle(Batch.pack(targets));
    }

    function collectOne(Payments.Channel memory channel) internal {
        Payments.Channel[] memory channels = new Payments.Channel[](1);
        channels[0] = channel;
        payments.collect(channel.payee, Batch.pack(channels));
    }
}
