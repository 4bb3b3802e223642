// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Payments} from "../../solidity/Payments.sol";
import {bound, vm} from "../Vm.sol";
import {Batch, Redemption, Target} from "./Batch.sol";
import {PaymentsBase} from "./PaymentsBase.sol";
import {Leaf} from "./Tree.sol";

/// @dev A token of which there is as much as fits.
contract HugeToken is ERC20("Huge", "HUGE") {
    constructor() {
        _mint(msg.sender, type(uint256).max);
    }
}

/// @dev Amounts at the ends of their types, and accounts that are nobody's.
contract EdgesTest is PaymentsBase {
    uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function test_amounts_around_96_and_128_bits_are_paid_to_the_last_unit(uint256 which, uint256 below) public {
        uint128[4] memory edges = [type(uint96).max, uint128(1) << 96, type(uint128).max - 1, type(uint128).max];
        uint128 cap = edges[which % 4];
        uint128 amount = uint128(cap - (below % 3));
        useHuge();
        Leaf[] memory leaves = oneLeaf(channelTo(payee), 0, cap);
        post(leaves);
        vm.assertEq(payments.redeem(Batch.pack(redemption(leaves, 0, channelTo(payee), amount))), amount, "redeemed");
        if (amount < type(uint128).max) settleOne(channelTo(payee), amount + 1);
        uint256 paid = paidOf(channelTo(payee));
        collectOne(channelTo(payee));
        vm.assertEq(payments.free(author), paid * 500 / 10_000, "author");
        vm.assertEq(payments.free(payee) + payments.free(author), paid, "both");
        vm.assertEq(payments.ledgerOf(payments.channelId(channelTo(payee))).collected, paid, "collected");
    }

    function test_base_and_cap_may_add_up_beyond_128_bits() public {
        useHuge();
        uint128 base = type(uint128).max - 5;
        settleOne(channelTo(payee), base);
        Leaf[] memory leaves = oneLeaf(channelTo(payee), base, type(uint128).max);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(payee), type(uint128).max);
        vm.assertEq(payments.redeem(Batch.pack(item)), 5, "as far as a voucher can go");
    }

    function test_a_free_balance_holds_all_there_is_and_withdraws_it() public {
        useHuge();
        vm.assertEq(payments.free(requestor), type(uint256).max, "free");
        vm.startPrank(requestor);
        payments.withdraw(type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(Payments.FreeBalanceTooLow.selector, 0, type(uint256).max));
        payments.withdraw(type(uint256).max);
        vm.stopPrank();
    }

    function test_a_deposit_beyond_the_wallet_is_refused(uint256 amount) public {
        amount = bound(amount, 1, type(uint256).max);
        vm.startPrank(payee);
        token.approve(address(payments), type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", payee, 0, amount)
        );
        payments.deposit(amount);
        vm.stopPrank();
    }

    function test_many_targets_may_add_up_beyond_128_bits() public {
        useHuge();
        Target[] memory targets = new Target[](3);
        for (uint256 i = 0; i < 3; ++i) {
            targets[i] = Target(payments.channelId(channelTo(i)), type(uint128).max);
        }
        vm.prank(requestor);
        vm.assertEq(payments.settle(Batch.pack(targets)), 3 * uint256(type(uint128).max), "total");
        vm.assertEq(paidOf(channelTo(2)), type(uint128).max, "paid");
    }

    function test_a_batch_that_is_no_whole_number_of_items_is_refused(uint256 length) public {
        length = bound(length, 1, 200);
        bytes memory batch = new bytes(length);
        if (length % 48 != 0) {
            vm.expectRevert(Payments.BatchMalformed.selector);
            payments.settle(batch);
        }
        if (length % 42 != 0) {
            vm.expectRevert(Payments.BatchMalformed.selector);
            payments.collect(payee, batch);
        }
    }

    function test_nobody_is_no_requestor() public {
        Leaf[] memory leaves = new Leaf[](1);
        Payments.Channel memory channel = Payments.Channel(address(0), payee, author, 0);
        leaves[0] = leafOf(channel, 0, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channel, 1 ether);
        expectOutcome(item, Payments.Outcome.RoundMissing);
        // Even with a round of nobody's, which nobody can post: what ecrecover says of nonsense is nobody.
        vm.prank(address(0));
        payments.post(item.root, 0, uint64(block.timestamp + 1 days));
        (item.r, item.vs, item.sum) = (0, 0, 0);
        vm.assertTrue(outcomeOf(item) != Payments.Outcome.Paid, "paid by nobody");
    }

    /// Nobody has the key of address 0: what a requestor pays there is lost, and nobody else's.
    function test_a_payee_or_author_who_is_nobody_is_credited_and_spends_nothing() public {
        Payments.Channel memory channel = Payments.Channel(requestor, address(0), address(0), 500);
        settleOne(channel, 10 ether);
        collectOne(channel);
        vm.assertEq(payments.free(address(0)), 10 ether, "out of reach");
        vm.assertEq(payments.free(requestor), 990 ether, "paid once");
    }

    /// The two forms of one signature: with s, and with the order minus s and the other parity.
    function test_no_signature_has_a_second_form(uint256 key, uint128 amount) public {
        key = bound(key, 1, CURVE_ORDER - 1);
        amount = uint128(bound(amount, 1, 1 ether));
        requestor = vm.addr(key);
        depositFor(requestor, 2 ether);
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), amount);
        sign(item, key, amount);
        bytes32 good = item.vs;
        uint256 s = uint256(good) & (type(uint256).max >> 1);
        uint256 parity = uint256(good) >> 255;
        uint256 mirrored = CURVE_ORDER - s;
        // Compact: 255 bits for s, the parity above; classic: s in full, where bit 255 is read as the parity.
        item.vs = bytes32(mirrored | ((1 - parity) << 255));
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
        item.vs = bytes32(mirrored);
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
        item.vs = bytes32(s | ((1 - parity) << 255));
        expectOutcome(item, Payments.Outcome.SignatureInvalid);
        item.vs = good;
        vm.assertEq(payments.redeem(Batch.pack(item)), amount, "the one form");
    }

    function test_a_token_without_code_takes_no_deposit() public {
        Payments escrow = new Payments(IERC20(address(0xC0DE)));
        vm.expectRevert();
        escrow.deposit(1);
    }

    function test_escrows_of_two_tokens_share_nothing() public {
        Payments other = new Payments(new HugeToken());
        Leaf[] memory leaves = leavesOf(2, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(0), 1 ether);
        vm.assertEq(other.free(requestor), 0, "free");
        vm.expectRevert(abi.encodeWithSelector(Payments.RedemptionFailed.selector, Payments.Outcome.RoundMissing));
        other.redeem(Batch.pack(item));
    }

    /// The last second of all clocks: a lock cannot be put beyond its longest.
    function test_expiries_at_the_end_of_64_bits_are_refused(uint64 expiry) public {
        expiry = uint64(bound(expiry, block.timestamp + payments.MAX_LOCK_SECONDS() + 1, type(uint64).max));
        vm.startPrank(requestor);
        vm.expectRevert(abi.encodeWithSelector(Payments.ExpiryInvalid.selector, expiry));
        payments.post(bytes32(0), 1, expiry);
        payments.post(bytes32(0), 1, uint64(block.timestamp + payments.MAX_LOCK_SECONDS()));
        vm.stopPrank();
    }

    function useHuge() private {
        HugeToken huge = new HugeToken();
        payments = new Payments(huge);
        huge.transfer(requestor, type(uint256).max);
        vm.startPrank(requestor);
        huge.approve(address(payments), type(uint256).max);
        payments.deposit(type(uint256).max);
        vm.stopPrank();
    }
}
