// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payments} from "../../solidity/Payments.sol";
import {Batch, Redemption, Target} from "./Batch.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {Leaf, Proof, Tree} from "./Tree.sol";
import {bound, vm} from "../Vm.sol";

/// @dev Requestors, payees and authors who do anything in any order. Every act predicts its own result and fails the
/// run where the contract does otherwise.
contract PaymentsHandler is PaymentsBase {
    struct PostedRound {
        uint256 requestor;
        bytes32 root;
        uint128 sum;
        uint256 first;
        uint256 count;
    }

    struct PostedLeaf {
        uint256 channel;
        uint128 base;
        uint128 cap;
    }

    uint256 private constant REQUESTORS = 2;
    uint256 private constant CHANNELS = 8;
    uint256 private constant MAX_ROUNDS = 12;

    /// The same code and token at another address.
    Payments private twin;
    uint256[REQUESTORS] private keys = [uint256(0xA11CE), uint256(0xB0B)];
    Payments.Channel[] private channels;
    bytes32[] private ids;
    address[] private accounts;
    PostedRound[] private rounds;
    PostedLeaf[] private leaves;
    mapping(bytes32 => bool) private wasPosted;

    function begin() external {
        setUp();
        depositFor(vm.addr(keys[1]), 1_000 ether);
        twin = new Payments(token);
        for (uint256 i = 0; i < CHANNELS; ++i) {
            // The last channel of each requestor pays the requestor itself.
            address from = vm.addr(keys[i % REQUESTORS]);
            address to = i < CHANNELS - REQUESTORS ? address(uint160(0xB000 + i / 2)) : from;
            channels.push(Payments.Channel(from, to, address(uint160(0xAA00 + (i % 3))), uint16(i * 250)));
            ids.push(payments.channelId(channels[i]));
        }
        accounts.push(vm.addr(keys[0]));
        accounts.push(vm.addr(keys[1]));
        for (uint256 i = 0; i < 3; ++i) {
            accounts.push(address(uint160(0xB000 + i)));
            accounts.push(address(uint160(0xAA00 + i)));
        }
    }

    function acts() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](12);
        selectors[0] = this.actDeposit.selector;
        selectors[1] = this.actWithdraw.selector;
        selectors[2] = this.actPost.selector;
        selectors[3] = this.actRedeem.selector;
        selectors[4] = this.actRedeemMany.selector;
        selectors[5] = this.actSettle.selector;
        selectors[6] = this.actCollect.selector;
        selectors[7] = this.actReclaim.selector;
        selectors[8] = this.actExtend.selector;
        selectors[9] = this.actWait.selector;
        selectors[10] = this.actDepositAndPost.selector;
        selectors[11] = this.actSteal.selector;
    }

    // --- Acts -------------------------------------------------------------------------------------------------------

    function actDeposit(uint256 who, uint256 amount) external {
        depositFor(accounts[who % accounts.length], amount % 100 ether);
    }

    function actWithdraw(uint256 who, uint256 amount) external {
        address account = accounts[who % accounts.length];
        uint256 balance = payments.free(account);
        amount = bound(amount, 0, balance + balance / 8 + 1);
        vm.prank(account);
        if (amount > balance) {
            vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, balance, amount));
        }
        payments.withdraw(amount);
    }

    function actPost(uint256 who, uint256 count, uint256 seed) external {
        _post(who % REQUESTORS, count, seed, false);
    }

    function actDepositAndPost(uint256 who, uint256 count, uint256 seed) external {
        _post(who % REQUESTORS, count, seed, true);
    }

    function actRedeem(uint256 which, uint256 index, uint256 amount) external {
        if (rounds.length == 0) return;
        which %= rounds.length;
        _redeem(which, index % rounds[which].count, uint128(amount % 40 ether));
    }

    /// A good item among bad ones.
    function actRedeemMany(uint256 which, uint256 index, uint256 amount, uint256 harm) external {
        if (rounds.length == 0) return;
        which %= rounds.length;
        index %= rounds[which].count;
        Redemption[] memory items = new Redemption[](3);
        for (uint256 i = 0; i < 3; ++i) {
            items[i] = _item(which, index, uint128(amount % 40 ether));
        }
        items[0].cap += 1 + uint128(harm % 1 ether);
        items[2].vs = bytes32(harm);
        Payments.Outcome expected = _expected(which, index, items[1].amount);
        uint128 before = paidOf(items[1].channel);
        Payments.Outcome[] memory outcomes = payments.redeemMany(Batch.pack(items));
        vm.assertTrue(outcomes[0] != Payments.Outcome.Paid, "a changed cap pays nothing");
        vm.assertTrue(outcomes[1] == expected, "the good item among bad ones");
        vm.assertTrue(outcomes[2] != Payments.Outcome.Paid, "a garbage signature pays nothing");
        vm.assertTrue(expected == Payments.Outcome.Paid || paidOf(items[1].channel) == before, "nothing moved");
    }

    /// Whoever holds a voucher tries it where it does not count, and whoever holds nothing tries to take.
    function actSteal(uint256 which, uint256 index, uint256 amount, uint256 way) external {
        if (rounds.length == 0) return;
        which %= rounds.length;
        index %= rounds[which].count;
        Redemption memory item = _item(which, index, uint128(amount % 40 ether));
        uint256 chain = block.chainid;
        way %= 6;
        if (way == 0) vm.chainId(chain + 1);
        if (way == 1) item.channel.payee = address(0xBAD);
        if (way == 2) item.channel.requestor = accounts[1 - rounds[which].requestor];
        if (way == 3) (item.root, item.sum) = (rounds[amount % rounds.length].root, rounds[amount % rounds.length].sum);
        if (way == 4) item.amount += 1;
        if (way == 3 && amount % rounds.length == which) return;
        uint256 before = paidOf(item.channel);
        Redemption[] memory items = new Redemption[](1);
        items[0] = item;
        Payments target = way == 5 ? twin : payments;
        Payments.Outcome outcome = target.redeemMany(Batch.pack(items))[0];
        vm.assertTrue(outcome != Payments.Outcome.Paid, "a voucher counted where it does not");
        vm.assertEq(paidOf(item.channel), before, "and moved money");
        vm.chainId(chain);
    }

    function actSettle(uint256 which, uint256 amount) external {
        which %= CHANNELS;
        Payments.Channel memory channel = channels[which];
        uint128 paid = paidOf(channel);
        uint128 target = uint128(bound(amount, 0, uint256(paid) + 10 ether));
        uint256 balance = payments.free(channel.requestor);
        uint256 due = target > paid ? target - paid : 0;
        Target[] memory targets = new Target[](1);
        targets[0] = Target(payments.channelId(channel), target);
        vm.prank(channel.requestor);
        if (due > balance) {
            vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, balance, due));
        }
        payments.settle(Batch.pack(targets));
        if (due <= balance) vm.assertEq(payments.free(channel.requestor), balance - due, "paid once, from free");
    }

    function actCollect(uint256 seed) external {
        // Channels of one payee, with repetitions; where another payee stands in for it, the ids are nobody's.
        Payments.Channel[] memory some = new Payments.Channel[](4);
        for (uint256 i = 0; i < 4; ++i) {
            some[i] = channels[(seed >> (8 * i)) % CHANNELS];
        }
        payments.collect(some[0].payee, Batch.pack(some));
    }

    function actReclaim(uint256 which) external {
        if (rounds.length == 0) return;
        PostedRound memory round = rounds[which % rounds.length];
        address account = accounts[round.requestor];
        Payments.Round memory state = payments.roundOf(account, round.root, round.sum);
        vm.prank(account);
        if (state.expiry == 0) {
            vm.expectRevert(Payments.RoundUnknown.selector);
        } else if (block.timestamp < state.expiry) {
            vm.expectRevert(abi.encodeWithSelector(Payments.RoundLocked.selector, state.expiry));
        }
        payments.reclaim(round.root, round.sum);
    }

    function actExtend(uint256 which, uint256 byS) external {
        if (rounds.length == 0) return;
        PostedRound memory round = rounds[which % rounds.length];
        address account = accounts[round.requestor];
        Payments.Round memory state = payments.roundOf(account, round.root, round.sum);
        if (state.expiry == 0) return;
        uint64 expiry = uint64(bound(byS, state.expiry - 1 hours, state.expiry + 1 hours));
        vm.prank(account);
        if (expiry <= state.expiry || expiry <= block.timestamp) {
            vm.expectRevert(abi.encodeWithSelector(Payments.ExpiryInvalid.selector, expiry));
        }
        payments.extend(round.root, round.sum, expiry);
    }

    function actWait(uint256 seconds_) external {
        vm.warp(block.timestamp + (seconds_ % 12 hours));
    }

    // --- What the invariants read -----------------------------------------------------------------------------------

    function held() external view returns (uint256) {
        return token.balanceOf(address(payments));
    }

    /// All that the contract owes, and whether each lock covers what its leaves could still draw.
    function audit() external view returns (uint256 owed, bool areLocksCovered) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            owed += payments.free(accounts[i]);
        }
        uint256[] memory paid = new uint256[](CHANNELS);
        for (uint256 i = 0; i < CHANNELS; ++i) {
            Payments.Ledger memory ledger = payments.ledgerOf(ids[i]);
            paid[i] = ledger.paid;
            owed += ledger.paid - ledger.collected;
        }
        areLocksCovered = true;
        for (uint256 i = 0; i < rounds.length; ++i) {
            Payments.Round memory state = _state(i);
            owed += state.left;
            if (state.expiry != 0 && state.left < _drawable(rounds[i], paid)) areLocksCovered = false;
        }
    }

    function redeemEverything() external {
        for (uint256 i = 0; i < rounds.length; ++i) {
            for (uint256 j = 0; j < rounds[i].count; ++j) {
                _redeem(i, j, type(uint128).max);
            }
        }
    }

    /// Once all locks have expired, everybody gets out everything, to the last base unit.
    function withdrawEverything() external {
        vm.warp(block.timestamp + 4 days);
        for (uint256 i = 0; i < rounds.length; ++i) {
            if (_state(i).expiry == 0) continue;
            vm.prank(accounts[rounds[i].requestor]);
            payments.reclaim(rounds[i].root, rounds[i].sum);
        }
        for (uint256 i = 0; i < CHANNELS; ++i) {
            collectOne(channels[i]);
        }
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 balance = payments.free(accounts[i]);
            uint256 before = token.balanceOf(accounts[i]);
            vm.prank(accounts[i]);
            payments.withdraw(balance);
            vm.assertEq(token.balanceOf(accounts[i]), before + balance, "withdrawn");
        }
        vm.assertEq(token.balanceOf(address(payments)), 0, "nothing is left behind");
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    /// Leaves of any base (also one that is not paid yet, also one paid long ago), any cap, any channel, repeated too.
    function _post(uint256 who, uint256 count, uint256 seed, bool fromWallet) private {
        if (rounds.length == MAX_ROUNDS) return;
        count = bound(count, 1, 5);
        Leaf[] memory tree = new Leaf[](count);
        PostedLeaf[] memory posted = new PostedLeaf[](count);
        for (uint256 i = 0; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 channel = ((seed % CHANNELS) / REQUESTORS) * REQUESTORS + who;
            uint128 paid = payments.ledgerOf(ids[channel]).paid;
            uint128 base = (seed >> 16) % 4 == 0 ? uint128(bound(seed >> 24, 0, 2 * uint256(paid) + 1 ether)) : paid;
            posted[i] = PostedLeaf(channel, base, uint128((seed >> 64) % 20 ether));
            tree[i] = Leaf(ids[channel], base, posted[i].cap);
        }
        (bytes32 root, uint128 sum) = Tree.build(tree);
        address account = accounts[who];
        bytes32 id = payments.roundId(account, root, sum);
        // A round posted again after its reclaim would stand in the list twice; Redeem.t.sol looks at that case.
        if (wasPosted[id] || (!fromWallet && payments.free(account) < sum)) return;
        wasPosted[id] = true;
        uint64 expiry = uint64(block.timestamp + 1 + (seed >> 200) % 3 days);
        if (fromWallet) _depositAndPost(account, root, sum, expiry, seed);
        else _postFree(account, root, sum, expiry);
        rounds.push(PostedRound(who, root, sum, leaves.length, count));
        for (uint256 i = 0; i < count; ++i) {
            leaves.push(posted[i]);
        }
    }

    function _postFree(address account, bytes32 root, uint128 sum, uint64 expiry) private {
        vm.prank(account);
        payments.post(root, sum, expiry);
    }

    /// A little less than the lock needs, or a little more.
    function _depositAndPost(address account, bytes32 root, uint128 sum, uint64 expiry, uint256 seed) private {
        uint256 free = payments.free(account);
        uint256 amount = bound(seed, sum > free ? sum - free : 0, uint256(sum) + 1 ether);
        token.transfer(account, amount);
        vm.startPrank(account);
        token.approve(address(payments), amount);
        payments.depositAndPost(amount, root, sum, expiry);
        vm.stopPrank();
        vm.assertEq(payments.free(account), free + amount - sum, "what is not locked is free");
    }

    function _drawable(PostedRound memory round, uint256[] memory paid) private view returns (uint256 sum) {
        for (uint256 i = round.first; i < round.first + round.count; ++i) {
            PostedLeaf memory leaf = leaves[i];
            uint256 before = paid[leaf.channel];
            uint256 end = uint256(leaf.base) + leaf.cap;
            sum += before <= leaf.base ? leaf.cap : before < end ? end - before : 0;
        }
    }

    function _state(uint256 which) private view returns (Payments.Round memory) {
        PostedRound memory round = rounds[which];
        return payments.roundOf(accounts[round.requestor], round.root, round.sum);
    }

    function _item(uint256 which, uint256 index, uint128 amount)
        private
        view
        returns (Redemption memory item)
    {
        PostedRound memory round = rounds[which];
        Leaf[] memory tree = new Leaf[](round.count);
        for (uint256 i = 0; i < round.count; ++i) {
            PostedLeaf memory leaf = leaves[round.first + i];
            tree[i] = Leaf(ids[leaf.channel], leaf.base, leaf.cap);
        }
        item = redemption(tree, index, channels[leaves[round.first + index].channel], amount);
        sign(item, keys[round.requestor], amount);
    }

    /// No voucher within its cap goes unpaid before expiry: the only ways not to be paid are these.
    function _expected(uint256 which, uint256 index, uint128 amount) private view returns (Payments.Outcome) {
        PostedLeaf memory leaf = leaves[rounds[which].first + index];
        Payments.Round memory state = _state(which);
        uint256 paid = payments.ledgerOf(ids[leaf.channel]).paid;
        if (state.expiry == 0) return Payments.Outcome.RoundMissing;
        if (block.timestamp >= state.expiry) return Payments.Outcome.RoundExpired;
        if (leaf.base > paid) return Payments.Outcome.BaseUnpaid;
        if (amount <= paid || uint256(leaf.base) + leaf.cap <= paid) return Payments.Outcome.NothingDue;
        return Payments.Outcome.Paid;
    }

    function _redeem(uint256 which, uint256 index, uint128 amount) private {
        PostedLeaf memory leaf = leaves[rounds[which].first + index];
        Redemption memory item = _item(which, index, amount);
        Payments.Outcome expected = _expected(which, index, amount);
        uint256 before = paidOf(item.channel);
        if (expected != Payments.Outcome.Paid) {
            vm.expectRevert(abi.encodeWithSelector(Payments.RedemptionFailed.selector, expected));
            payments.redeem(Batch.pack(item));
            return;
        }
        uint256 end = uint256(leaf.base) + leaf.cap;
        uint256 to = amount < end ? amount : end;
        vm.assertEq(payments.redeem(Batch.pack(item)), to - before, "the whole difference was paid");
        vm.assertEq(paidOf(item.channel), to, "the channel's sum");
    }
}
