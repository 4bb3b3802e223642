// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Incoming} from "../../solidity/Incoming.sol";
import {Stake} from "../../solidity/Stake.sol";
import {bound, vm} from "../Vm.sol";
import {StakeBase} from "./StakeBase.sol";

/// @dev Has no `burn`, and keeps one base unit of every transfer if it is told to.
contract PlainToken is ERC20("Plain", "PLAIN") {
    bool private immutable isGreedy;

    constructor(bool isGreedy_) {
        isGreedy = isGreedy_;
        _mint(msg.sender, 1_000 ether);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (isGreedy && from != address(0) && to != address(0)) super._update(to, address(0), 1);
    }
}

contract StakeTest is StakeBase {
    // --- Stakers ----------------------------------------------------------------------------------------------------

    function test_stake_comes_back_whole_after_the_exit_delay(uint128 amount) public {
        amount = uint128(bound(amount, 1, 1_000_000 ether));
        stakeAs(staker, amount, address(0));
        vm.startPrank(staker);
        vm.expectRevert(abi.encodeWithSelector(Stake.NotExited.selector, 0));
        stake.withdraw();
        stake.requestExit();
        vm.warp(NOW + 42 days - 1);
        vm.expectRevert(abi.encodeWithSelector(Stake.NotExited.selector, NOW + 42 days));
        stake.withdraw();
        vm.warp(NOW + 42 days);
        stake.withdraw();
        vm.stopPrank();
        vm.assertEq(token.balanceOf(staker), amount, "back");
        vm.assertEq(stake.stakeOf(staker), 0, "nothing left");
    }

    function test_who_has_nothing_staked_has_nothing_to_exit() public {
        vm.expectRevert(Stake.NothingStaked.selector);
        stake.requestExit();
    }

    function test_an_arbiter_is_a_contract_and_stays() public {
        token.approve(address(stake), 3 ether);
        vm.expectRevert(abi.encodeWithSelector(Stake.ArbiterInvalid.selector, address(0xA4B)));
        stake.stake(1 ether, address(0xA4B));
        stake.stake(1 ether, address(puppet));
        vm.expectRevert(abi.encodeWithSelector(Stake.ArbiterInvalid.selector, address(0)));
        stake.stake(1 ether, address(0));
        stake.stake(1 ether, address(puppet));
        vm.assertEq(stake.accountOf(address(this)).arbiter, address(puppet), "arbiter");
    }

    function test_another_arbiter_may_be_named_after_an_exit() public {
        stakeAs(staker, 1 ether, address(puppet));
        leave(staker);
        stakeAs(staker, 1 ether, address(0));
        vm.assertEq(stake.accountOf(staker).arbiter, address(0), "none");
    }

    function test_nothing_is_staked_or_asked_for_twice_during_an_exit() public {
        stakeAs(staker, 1 ether, address(0));
        vm.startPrank(staker);
        stake.requestExit();
        bytes memory exiting = abi.encodeWithSelector(Stake.Exiting.selector, NOW + 42 days);
        vm.warp(NOW + 1 days);
        vm.expectRevert(exiting);
        stake.requestExit();
        vm.expectRevert(exiting);
        stake.stake(1 ether, address(0));
        vm.stopPrank();
    }

    function test_what_is_leaving_is_not_active() public {
        stakeAs(staker, 1 ether, address(0));
        vm.assertEq(stake.activeStakeOf(staker), 1 ether, "active");
        vm.prank(staker);
        stake.requestExit();
        vm.assertEq(stake.activeStakeOf(staker), 0, "leaving");
        vm.assertEq(stake.stakeOf(staker), 1 ether, "and still at stake");
    }

    function test_stake_ages_and_a_later_addition_ages_by_itself() public {
        stakeAs(staker, 5 ether, address(0));
        vm.warp(NOW + 30 days - 1);
        vm.assertEq(stake.agedStakeOf(staker), 0, "young");
        vm.warp(NOW + 30 days);
        vm.assertEq(stake.agedStakeOf(staker), 5 ether, "aged");
        stakeAs(staker, 2 ether, address(0));
        vm.assertEq(stake.agedStakeOf(staker), 5 ether, "as before");
        vm.warp(NOW + 60 days);
        vm.assertEq(stake.agedStakeOf(staker), 7 ether, "all");
    }

    function test_who_cancels_an_exit_ages_anew() public {
        stakeAs(staker, 5 ether, address(0));
        vm.warp(NOW + 40 days);
        vm.startPrank(staker);
        stake.requestExit();
        vm.assertEq(stake.agedStakeOf(staker), 0, "leaving");
        stake.cancelExit();
        vm.expectRevert(abi.encodeWithSelector(Stake.NotExited.selector, 0));
        stake.cancelExit();
        vm.stopPrank();
        vm.assertEq(stake.agedStakeOf(staker), 0, "young again");
        vm.assertEq(stake.activeStakeOf(staker), 5 ether, "and active");
        vm.warp(NOW + 70 days);
        vm.assertEq(stake.agedStakeOf(staker), 5 ether, "aged");
    }

    function test_amounts_are_above_zero_and_stakes_within_128_bits() public {
        vm.expectRevert(Stake.AmountInvalid.selector);
        stake.stake(0, address(0));
        stakeAs(staker, 1, address(0));
        vm.prank(staker);
        vm.expectRevert(Stake.AmountInvalid.selector);
        stake.stake(type(uint128).max, address(0));
    }

    function test_tokens_that_take_fees_are_refused() public {
        PlainToken greedy = new PlainToken(true);
        Stake other = new Stake(greedy, PAYMENTS, times());
        greedy.approve(address(other), 100);
        vm.expectRevert(abi.encodeWithSelector(Incoming.DepositMismatch.selector, 100, 99));
        other.stake(100, address(0));
    }

    // --- Equivocation -----------------------------------------------------------------------------------------------

    function test_two_deliveries_of_one_subtask_burn_the_whole_stake() public {
        stakeAs(staker, 7 ether, address(0));
        uint256 supply = token.totalSupply();
        vm.prank(address(0xACC));
        vm.assertEq(slashDeliveries("agreement", 3, 3, "bafka", "bafkb", STAKER_KEY), 7 ether, "burned");
        vm.assertEq(token.totalSupply(), supply - 7 ether, "supply");
        vm.assertEq(token.balanceOf(address(0xACC)), 0, "the accuser gets nothing");
        vm.assertEq(stake.stakeOf(staker), 0, "nothing left");
    }

    function test_two_values_of_one_draw_burn_the_whole_stake() public {
        stakeAs(staker, 7 ether, address(0));
        vm.assertEq(slashDraws("draw", "draw", bytes32("one"), bytes32("two"), STAKER_KEY), 7 ether, "burned");
    }

    function test_a_leaving_stake_is_burned_as_well() public {
        stakeAs(staker, 7 ether, address(0));
        vm.prank(staker);
        stake.requestExit();
        vm.warp(NOW + 41 days);
        slashDeliveries("agreement", 3, 3, "bafka", "bafkb", STAKER_KEY);
        vm.assertEq(stake.stakeOf(staker), 0, "nothing left");
    }

    function test_what_does_not_contradict_itself_burns_nothing() public {
        stakeAs(staker, 7 ether, address(0));
        expectNoEquivocation();
        this.deliveries("agreement", 3, 3, "bafka", "bafka", STAKER_KEY);
        expectNoEquivocation();
        this.deliveries("agreement", 3, 4, "bafka", "bafkb", STAKER_KEY);
        expectNoEquivocation();
        this.draws("draw", "draw", bytes32("one"), bytes32("one"), STAKER_KEY);
        expectNoEquivocation();
        this.draws("draw", "drow", bytes32("one"), bytes32("two"), STAKER_KEY);
        vm.assertEq(stake.stakeOf(staker), 7 ether, "untouched");
    }

    function test_signatures_of_others_burn_nothing(uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        vm.assume(key != STAKER_KEY);
        stakeAs(staker, 7 ether, address(0));
        expectNoEquivocation();
        this.deliveries("agreement", 3, 3, "bafka", "bafkb", key);
        expectNoEquivocation();
        this.draws("draw", "draw", bytes32("one"), bytes32("two"), key);
    }

    function test_one_own_and_one_forged_signature_burn_nothing(bytes32 r, bytes32 vs) public {
        stakeAs(staker, 7 ether, address(0));
        Stake.Signature[2] memory signatures =
            [signedDraw(STAKER_KEY, "draw", "one"), Stake.Signature(r, vs)];
        expectNoEquivocation();
        stake.slashDraws(staker, "draw", [bytes32("one"), bytes32("two")], signatures);
    }

    function test_signatures_count_on_their_chain_alone() public {
        stakeAs(staker, 7 ether, address(0));
        Stake.Signature[2] memory signatures =
            [signedDraw(STAKER_KEY, "draw", "one"), signedDraw(STAKER_KEY, "draw", "two")];
        vm.chainId(block.chainid + 1);
        expectNoEquivocation();
        stake.slashDraws(staker, "draw", [bytes32("one"), bytes32("two")], signatures);
    }

    function test_who_named_an_arbiter_is_slashed_by_it_alone() public {
        stakeAs(staker, 7 ether, address(puppet));
        bytes memory refusal = abi.encodeWithSelector(Stake.NotArbiter.selector, address(puppet));
        vm.expectRevert(refusal);
        this.deliveries("agreement", 3, 3, "bafka", "bafkb", STAKER_KEY);
        vm.expectRevert(refusal);
        this.draws("draw", "draw", bytes32("one"), bytes32("two"), STAKER_KEY);
    }

    function test_who_has_nothing_staked_loses_nothing() public {
        vm.expectRevert(Stake.NothingStaked.selector);
        this.draws("draw", "draw", bytes32("one"), bytes32("two"), STAKER_KEY);
    }

    // --- Arbiters ---------------------------------------------------------------------------------------------------

    function test_an_arbiter_burns_what_it_announced_after_the_delay() public {
        stakeAs(staker, 8 ether, address(puppet));
        puppet.announce(stake, "claim", staker, 2 ether, uint64(NOW));
        vm.warp(NOW + 3 days - 1);
        vm.expectRevert(Stake.ClaimNotDue.selector);
        puppet.execute(stake, "claim");
        vm.warp(NOW + 3 days);
        uint256 supply = token.totalSupply();
        puppet.execute(stake, "claim");
        vm.assertEq(stake.stakeOf(staker), 6 ether, "left");
        vm.assertEq(token.totalSupply(), supply - 2 ether, "burned");
        vm.expectRevert(Stake.ClaimNotDue.selector);
        puppet.execute(stake, "claim");
    }

    function test_a_silent_arbiter_lets_the_claim_lapse() public {
        stakeAs(staker, 8 ether, address(puppet));
        puppet.announce(stake, "claim", staker, 2 ether, uint64(NOW));
        vm.warp(NOW + 27 days + 1);
        vm.expectRevert(Stake.ClaimNotDue.selector);
        puppet.execute(stake, "claim");
        vm.assertEq(stake.stakeOf(staker), 8 ether, "as before");
    }

    function test_one_claim_burns_at_most_a_quarter(uint128 staked, uint128 amount) public {
        staked = uint128(bound(staked, 4, 1_000_000 ether));
        amount = uint128(bound(amount, 1, staked));
        stakeAs(staker, staked, address(puppet));
        if (amount > staked / 4) {
            vm.expectRevert(abi.encodeWithSelector(Stake.ClaimTooLarge.selector, staked / 4));
        }
        puppet.announce(stake, "claim", staker, amount, uint64(NOW));
    }

    function test_nobody_but_the_named_arbiter_announces_or_executes() public {
        stakeAs(staker, 8 ether, address(puppet));
        vm.expectRevert(abi.encodeWithSelector(Stake.NotArbiter.selector, address(puppet)));
        stake.announce("claim", staker, 1, uint64(NOW));
        puppet.announce(stake, "claim", staker, 1 ether, uint64(NOW));
        vm.warp(NOW + 4 days);
        vm.expectRevert(Stake.ClaimNotDue.selector);
        stake.execute("claim");
        vm.expectRevert(abi.encodeWithSelector(Stake.NotArbiter.selector, address(0)));
        puppet.announce(stake, "other", address(this), 1, uint64(NOW));
    }

    function test_claims_are_about_acts_within_the_window(uint64 actAt) public {
        actAt = uint64(bound(actAt, NOW - 30 days, NOW + 30 days));
        stakeAs(staker, 8 ether, address(puppet));
        if (actAt > NOW || actAt < NOW - 14 days) {
            vm.expectRevert(abi.encodeWithSelector(Stake.ActOutsideWindow.selector, actAt));
        }
        puppet.announce(stake, "claim", staker, 1 ether, actAt);
    }

    function test_a_claims_id_is_used_once() public {
        stakeAs(staker, 8 ether, address(puppet));
        puppet.announce(stake, "claim", staker, 1 ether, uint64(NOW));
        vm.expectRevert(Stake.ClaimExists.selector);
        puppet.announce(stake, "claim", staker, 1 ether, uint64(NOW));
        vm.warp(NOW + 3 days);
        puppet.execute(stake, "claim");
        vm.expectRevert(Stake.ClaimExists.selector);
        puppet.announce(stake, "claim", staker, 1 ether, uint64(NOW));
    }

    function test_a_claim_for_nothing_is_refused() public {
        stakeAs(staker, 8 ether, address(puppet));
        vm.expectRevert(Stake.AmountInvalid.selector);
        puppet.announce(stake, "claim", staker, 0, uint64(NOW));
    }

    /// Many claims at once take what is left, and no more.
    function test_claims_take_what_is_left() public {
        stakeAs(staker, 8 ether, address(puppet));
        for (uint256 i = 0; i < 6; ++i) {
            puppet.announce(stake, bytes32(i), staker, 2 ether, uint64(NOW));
        }
        vm.warp(NOW + 3 days);
        for (uint256 i = 0; i < 4; ++i) {
            puppet.execute(stake, bytes32(i));
        }
        vm.assertEq(stake.stakeOf(staker), 0, "left");
        vm.expectRevert(Stake.NothingStaked.selector);
        puppet.execute(stake, bytes32(uint256(4)));
    }

    function test_fresh_stake_burns_first() public {
        stakeAs(staker, 6 ether, address(puppet));
        vm.warp(NOW + 30 days);
        stakeAs(staker, 2 ether, address(puppet));
        puppet.announce(stake, "claim", staker, 2 ether, uint64(block.timestamp));
        vm.warp(NOW + 33 days);
        puppet.execute(stake, "claim");
        vm.assertEq(stake.agedStakeOf(staker), 6 ether, "aged");
    }

    /// A claim about somebody who left under this arbiter does not reach what was staked under another.
    function test_a_claim_does_not_follow_to_another_arbiter() public {
        stakeAs(staker, 8 ether, address(puppet));
        vm.prank(staker);
        stake.requestExit();
        vm.warp(NOW + 41 days);
        puppet.announce(stake, "claim", staker, 2 ether, uint64(NOW + 40 days));
        vm.warp(NOW + 45 days);
        vm.prank(staker);
        stake.withdraw();
        stakeAs(staker, 8 ether, address(0));
        vm.expectRevert(abi.encodeWithSelector(Stake.NotArbiter.selector, address(0)));
        puppet.execute(stake, "claim");
    }

    /// Whatever was done before an exit was requested can be judged to its end, and nothing holds the exit up.
    function test_every_claim_ends_before_an_exit_and_none_delays_it(uint256 act, uint256 claim, uint256 verdict) public {
        stakeAs(staker, 8 ether, address(puppet));
        vm.warp(NOW + 60 days);
        vm.prank(staker);
        stake.requestExit();
        act = bound(act, block.timestamp - 14 days, block.timestamp);
        claim = bound(claim, block.timestamp, act + 14 days);
        verdict = bound(verdict, claim + 3 days, claim + 27 days);
        vm.warp(claim);
        puppet.announce(stake, "claim", staker, 2 ether, uint64(act));
        vm.warp(verdict);
        vm.prank(staker);
        vm.expectRevert(abi.encodeWithSelector(Stake.NotExited.selector, NOW + 102 days));
        stake.withdraw();
        puppet.execute(stake, "claim");
        puppet.announce(stake, "late", staker, 1 ether, uint64(block.timestamp));
        vm.warp(NOW + 102 days);
        vm.prank(staker);
        vm.assertEq(stake.withdraw(), 6 ether, "in time, whatever is announced");
    }

    function test_a_token_without_burn_is_put_out_of_reach() public {
        PlainToken plain = new PlainToken(false);
        stake = new Stake(plain, PAYMENTS, times());
        plain.approve(address(stake), 8 ether);
        stake.stake(8 ether, address(puppet));
        puppet.announce(stake, "claim", address(this), 2 ether, uint64(NOW));
        vm.warp(NOW + 3 days);
        puppet.execute(stake, "claim");
        vm.assertEq(plain.balanceOf(0x000000000000000000000000000000000000dEaD), 2 ether, "nobody's");
        vm.assertEq(plain.balanceOf(address(stake)), 6 ether, "left");
    }

    function test_times_that_leave_no_room_are_refused() public {
        Stake.Times memory with = times();
        with.exitDelay = 41 days;
        vm.expectRevert(Stake.TimesInvalid.selector);
        new Stake(token, PAYMENTS, with);
        with = times();
        with.slashDelay = 27 days;
        vm.expectRevert(Stake.TimesInvalid.selector);
        new Stake(token, PAYMENTS, with);
        with = times();
        (with.exitDelay, with.claimWindow) = (type(uint64).max, type(uint64).max);
        vm.expectRevert(Stake.TimesInvalid.selector);
        new Stake(token, PAYMENTS, with);
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    function leave(address who) private {
        vm.startPrank(who);
        stake.requestExit();
        vm.warp(block.timestamp + 42 days);
        stake.withdraw();
        vm.stopPrank();
    }

    function expectNoEquivocation() private {
        vm.expectRevert(Stake.NoEquivocation.selector);
    }

    /// From outside, so that a revert is expected of all of it.
    function deliveries(
        bytes32 agreement,
        uint32 first,
        uint32 second,
        string memory one,
        string memory two,
        uint256 key
    ) external returns (uint256) {
        return slashDeliveries(agreement, first, second, one, two, key);
    }

    function draws(bytes32 first, bytes32 second, bytes32 one, bytes32 two, uint256 key) external returns (uint256) {
        return slashDraws(first, second, one, two, key);
    }

    function slashDeliveries(
        bytes32 agreement,
        uint32 first,
        uint32 second,
        string memory one,
        string memory two,
        uint256 key
    ) private returns (uint256) {
        Stake.Signature[2] memory signatures =
            [signedDelivery(key, agreement, first, one), signedDelivery(key, agreement, second, two)];
        return stake.slashDeliveries(staker, agreement, first, [one, two], signatures);
    }

    function slashDraws(bytes32 first, bytes32 second, bytes32 one, bytes32 two, uint256 key)
        private
        returns (uint256)
    {
        Stake.Signature[2] memory signatures = [signedDraw(key, first, one), signedDraw(key, second, two)];
        return stake.slashDraws(staker, first, [one, two], signatures);
    }
}
