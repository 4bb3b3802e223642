// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Disputes} from "../../solidity/Disputes.sol";
import {Stake} from "../../solidity/Stake.sol";
import {bound, vm} from "../Vm.sol";
import {DisputesBase} from "./DisputesBase.sol";

/// @dev How a dispute goes, and how it ends.
contract DisputesTest is DisputesBase {
    function test_an_accusation_costs_a_bond_and_names_its_evidence() public {
        uint256 id = open();
        vm.assertEq(token.balanceOf(accuser), 10_000 ether - BOND, "bond");
        Disputes.Dispute memory dispute = disputes.disputeOf(id);
        vm.assertEq(dispute.accuser, accuser, "accuser");
        vm.assertEq(dispute.accused, accused, "accused");
        vm.assertEq(dispute.evidence, "bafkevidence", "evidence");
        vm.assertTrue(disputes.phaseOf(id) == Disputes.Phase.Drawing, "phase");
        vm.assertEq(stake.claimOf(address(disputes), bytes32(id)).amount, 250 ether, "announced");
    }

    function test_who_did_not_name_this_arbiter_cannot_be_accused() public {
        vm.prank(accuser);
        vm.expectRevert(abi.encodeWithSelector(Stake.NotArbiter.selector, address(0)));
        disputes.open(staker, 1, uint64(block.timestamp), "bafk");
    }

    function test_nobody_accuses_itself() public {
        vm.prank(accused);
        vm.expectRevert(Disputes.SelfAccusation.selector);
        disputes.open(accused, 1, uint64(block.timestamp), "bafk");
    }

    function test_a_claim_above_the_cap_or_about_the_distant_past_is_not_opened() public {
        vm.startPrank(accuser);
        vm.expectRevert(abi.encodeWithSelector(Stake.ClaimTooLarge.selector, 250 ether));
        disputes.open(accused, 250 ether + 1, uint64(block.timestamp), "bafk");
        uint64 tooOld = uint64(block.timestamp - 14 days - 1);
        vm.expectRevert(abi.encodeWithSelector(Stake.ActOutsideWindow.selector, tooOld));
        disputes.open(accused, 1, tooOld, "bafk");
        vm.stopPrank();
    }

    function test_a_conviction_burns_stake_and_gives_the_bond_back() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        vm.assertTrue(disputes.phaseOf(id) == Disputes.Phase.Appealing, "may be appealed");
        vm.warp(block.timestamp + 3 days);
        uint256 supply = token.totalSupply();
        disputes.finish(id);
        vm.assertEq(token.totalSupply(), supply - 250 ether, "burned");
        vm.assertEq(stake.stakeOf(accused), 750 ether, "left");
        takeOwed(accuser, BOND);
        vm.assertEq(token.balanceOf(accuser), 10_000 ether, "the accuser has gained nothing");
        vm.assertEq(token.balanceOf(address(disputes)), 0, "nothing left here");
    }

    function test_an_acquittal_pays_the_panel_from_the_accusers_bond() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Acquit);
        vm.warp(block.timestamp + 3 days);
        disputes.finish(id);
        vm.assertEq(stake.stakeOf(accused), 1_000 ether, "untouched");
        vm.assertEq(disputes.owed(accuser), 0, "the bond is lost");
        takeFees(id, 0);
        vm.assertEq(token.balanceOf(address(disputes)), 0, "all of it");
    }

    function test_half_of_the_seats_convict_nobody(uint256 dice, uint256 convicting) public {
        uint256 id = open();
        address[] memory jurors = draw(id, dice);
        convicting = bound(convicting, 0, jurors.length);
        uint256 seats;
        for (uint256 i = 0; i < jurors.length; ++i) {
            bool convicts = i < convicting;
            if (convicts) seats += disputes.jurorOf(id, 0, jurors[i]).seats;
            commit(id, jurors[i], convicts ? Disputes.Vote.Convict : Disputes.Vote.Acquit);
        }
        vm.warp(block.timestamp + 2 days);
        for (uint256 i = 0; i < jurors.length; ++i) {
            reveal(id, jurors[i], i < convicting ? Disputes.Vote.Convict : Disputes.Vote.Acquit);
        }
        vm.warp(block.timestamp + 5 days);
        Disputes.Verdict verdict = disputes.finish(id);
        vm.assertTrue(verdict == (seats > 2 ? Disputes.Verdict.Convicted : Disputes.Verdict.Acquitted), "majority");
    }

    /// Ten seats can be divided in halves, and the accused has the better of it.
    function test_exactly_half_of_a_panel_convicts_nobody() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        appealAs(accused, id);
        (uint256 dice, address[] memory jurors) = (2, new address[](0));
        // The first dice that give ten jurors a seat each.
        for (uint256 before = vm.snapshotState(); jurors.length != 10; ++dice) {
            vm.revertToState(before);
            jurors = draw(id, dice);
        }
        for (uint256 i = 0; i < 10; ++i) {
            commit(id, jurors[i], i < 5 ? Disputes.Vote.Convict : Disputes.Vote.Acquit);
        }
        vm.warp(block.timestamp + 2 days);
        for (uint256 i = 0; i < 10; ++i) {
            reveal(id, jurors[i], i < 5 ? Disputes.Vote.Convict : Disputes.Vote.Acquit);
        }
        vm.warp(block.timestamp + 5 days);
        vm.assertTrue(disputes.finish(id) == Disputes.Verdict.Acquitted, "acquitted");
    }

    /// Two of five convict and the others stay silent: silence convicts nobody.
    function test_silent_seats_count_for_the_accused() public {
        uint256 id = open();
        address[] memory jurors = draw(id, 1);
        vm.assertEq(jurors.length, 5, "five of one seat each");
        for (uint256 i = 0; i < 2; ++i) {
            commit(id, jurors[i], Disputes.Vote.Convict);
        }
        vm.warp(block.timestamp + 2 days);
        for (uint256 i = 0; i < 2; ++i) {
            reveal(id, jurors[i], Disputes.Vote.Convict);
        }
        vm.warp(block.timestamp + 5 days);
        vm.assertTrue(disputes.finish(id) == Disputes.Verdict.Acquitted, "acquitted");
    }

    function test_where_nobody_judges_the_stake_and_all_bonds_come_back() public {
        uint256 id = open();
        draw(id, 1);
        vm.warp(block.timestamp + 7 days);
        vm.assertTrue(disputes.finish(id) == Disputes.Verdict.Silent, "silent");
        vm.assertEq(stake.stakeOf(accused), 1_000 ether, "stake");
        takeOwed(accuser, BOND);
    }

    function test_where_nobody_draws_it_is_the_same() public {
        uint256 id = open();
        vm.warp(block.timestamp + 1 days);
        vm.expectRevert(abi.encodeWithSelector(Disputes.WrongPhase.selector, Disputes.Phase.Due));
        disputes.draw(id);
        vm.assertTrue(disputes.finish(id) == Disputes.Verdict.Silent, "silent");
        takeOwed(accuser, BOND);
    }

    function test_only_the_loser_appeals_with_twice_the_bond_to_twice_the_seats() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        vm.prank(accuser);
        vm.expectRevert(abi.encodeWithSelector(Disputes.NotLoser.selector, accused));
        disputes.appeal(id);
        appealAs(accused, id);
        vm.assertEq(token.balanceOf(accused), 10_000 ether - 2 * BOND, "twice the bond");
        draw(id, 2);
        vm.assertEq(seatsHeld(id, 1), 10, "twice the seats");
        vote(id, Disputes.Vote.Acquit);
        vm.prank(accused);
        vm.expectRevert(abi.encodeWithSelector(Disputes.NotLoser.selector, accuser));
        disputes.appeal(id);
        appealAs(accuser, id);
        vm.assertEq(token.balanceOf(accuser), 10_000 ether - 5 * BOND, "four times the bond");
        draw(id, 3);
        vm.assertEq(seatsHeld(id, 2), 20, "four times the seats");
    }

    function test_the_third_panel_is_the_last() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        appealAs(accused, id);
        judge(id, Disputes.Vote.Convict);
        appealAs(accused, id);
        judge(id, Disputes.Vote.Convict);
        vm.assertTrue(disputes.phaseOf(id) == Disputes.Phase.Due, "no appeal");
        vm.prank(accused);
        vm.expectRevert(abi.encodeWithSelector(Disputes.WrongPhase.selector, Disputes.Phase.Due));
        disputes.appeal(id);
        disputes.finish(id);
        vm.assertEq(stake.stakeOf(accused), 750 ether, "burned");
    }

    function test_nobody_appeals_after_the_time_for_it() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        vm.warp(block.timestamp + 3 days);
        vm.prank(accused);
        vm.expectRevert(abi.encodeWithSelector(Disputes.WrongPhase.selector, Disputes.Phase.Due));
        disputes.appeal(id);
    }

    /// Convicted, then acquitted on appeal: the accuser pays those who acquitted, the accused has its bond back.
    function test_the_last_panels_word_counts_and_the_loser_pays() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        appealAs(accused, id);
        judge(id, Disputes.Vote.Acquit);
        vm.warp(block.timestamp + 3 days);
        disputes.finish(id);
        vm.assertEq(stake.stakeOf(accused), 1_000 ether, "untouched");
        takeOwed(accused, 2 * BOND);
        vm.assertEq(disputes.owed(accuser), 0, "the accuser's is lost");
        (address[] memory first,,) = disputes.panelOf(id, 0);
        for (uint256 i = 0; i < first.length; ++i) {
            if (disputes.jurorOf(id, 1, first[i]).seats != 0) continue;
            vm.prank(first[i]);
            vm.expectRevert(Disputes.NoFee.selector);
            disputes.takeFee(id);
        }
        takeFees(id, 1);
        vm.assertEq(token.balanceOf(address(disputes)), 0, "all of it");
    }

    /// Convicted twice: the second panel, and the first, are paid from what the accused put up for its appeal.
    function test_a_fee_is_paid_once_and_never_for_a_lost_vote() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        appealAs(accused, id);
        judge(id, Disputes.Vote.Convict);
        vm.warp(block.timestamp + 3 days);
        disputes.finish(id);
        takeOwed(accuser, BOND);
        vm.assertEq(disputes.owed(accused), 0, "the loser's bond");
        (address[] memory jurors,,) = disputes.panelOf(id, 1);
        vm.startPrank(jurors[0]);
        disputes.takeFee(id);
        vm.expectRevert(Disputes.NoFee.selector);
        disputes.takeFee(id);
        vm.stopPrank();
        vm.prank(accuser);
        vm.expectRevert(Disputes.NoFee.selector);
        disputes.takeFee(id);
    }

    /// What does not divide among the seats is burned.
    function test_fees_and_what_is_burned_are_the_lost_bonds() public {
        disputes = new Disputes(stake, 7, 5, disputeTimes());
        vm.prank(accused);
        stake.requestExit();
        accused = address(0xD0F);
        fund(accused);
        fund(accuser);
        stakeAs(accused, 1_000 ether, address(disputes));
        for (uint256 i = 0; i < 3; ++i) {
            stakeAs(address(uint160(0x20000 + i)), 100 ether, address(disputes));
        }
        vm.warp(block.timestamp + 30 days);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(address(uint160(0x20000 + i)));
            disputes.enlist();
        }
        uint256 id = open();
        judge(id, Disputes.Vote.Acquit);
        vm.warp(block.timestamp + 3 days);
        uint256 supply = token.totalSupply();
        disputes.finish(id);
        vm.assertEq(disputes.disputeOf(id).feePerSeat, 1, "fee");
        vm.assertEq(token.totalSupply(), supply - 2, "the rest");
        takeFees(id, 0);
        vm.assertEq(token.balanceOf(address(disputes)), 0, "nothing left");
    }

    /// The longest dispute about the last act before an exit, carried out in the last second, is still in time.
    function test_no_exit_escapes_three_panels() public {
        vm.prank(accused);
        stake.requestExit();
        uint64 actAt = uint64(block.timestamp);
        vm.warp(actAt + 14 days);
        vm.roll(block.number + 1);
        vm.prank(accuser);
        uint256 id = disputes.open(accused, 250 ether, actAt, "bafk");
        for (uint256 round = 0; round < 3; ++round) {
            vm.warp(block.timestamp + 1 days - 1);
            judge(id, Disputes.Vote.Convict);
            if (round == 2) break;
            vm.warp(block.timestamp + 3 days - 1);
            appealAs(accused, id);
        }
        vm.warp(actAt + 14 days + 27 days);
        disputes.finish(id);
        vm.assertEq(stake.stakeOf(accused), 750 ether, "burned");
        vm.warp(actAt + 42 days);
        vm.prank(accused);
        stake.withdraw();
    }

    function test_a_verdict_that_nobody_carries_out_in_time_burns_nothing() public {
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        vm.warp(block.timestamp + 27 days);
        vm.assertTrue(disputes.finish(id) == Disputes.Verdict.Convicted, "the word stands");
        vm.assertEq(stake.stakeOf(accused), 1_000 ether, "the stake as well");
        takeOwed(accuser, BOND);
    }

    function test_a_dispute_is_finished_once_and_not_before_its_time() public {
        uint256 id = open();
        expectPhase(Disputes.Phase.Drawing);
        disputes.finish(id);
        draw(id, 1);
        expectPhase(Disputes.Phase.Committing);
        disputes.finish(id);
        vm.warp(block.timestamp + 2 days);
        expectPhase(Disputes.Phase.Revealing);
        disputes.finish(id);
        vm.warp(block.timestamp + 2 days);
        expectPhase(Disputes.Phase.Appealing);
        disputes.finish(id);
        vm.warp(block.timestamp + 3 days);
        disputes.finish(id);
        expectPhase(Disputes.Phase.Finished);
        disputes.finish(id);
        expectPhase(Disputes.Phase.None);
        disputes.finish(id + 1);
    }

    function test_bonds_come_back_once() public {
        uint256 id = open();
        vm.warp(block.timestamp + 1 days);
        disputes.finish(id);
        takeOwed(accuser, BOND);
        vm.prank(accuser);
        vm.expectRevert(Disputes.NothingOwed.selector);
        disputes.takeOwed();
    }

    function test_terms_that_do_not_fit_are_refused() public {
        for (uint256 i = 0; i < 11; ++i) {
            Disputes.Times memory with = disputeTimes();
            uint128 bond = i == 0 ? 0 : i == 10 ? uint128(1) << 120 : BOND;
            uint256 seats = i == 1 ? 0 : i == 2 ? 10 : 5;
            if (i == 3) with.draw = 0;
            if (i == 4) with.commit = 0;
            if (i == 5) with.reveal = 0;
            if (i == 6) with.appeal = 0;
            if (i == 7) with.finish = 0;
            // All rounds last longer than a claim lives; and the shortest way is faster than the stake's delay.
            if (i == 8) with.finish += 1;
            if (i == 9) (with.commit, with.reveal, with.appeal) = (1 days, 1 days, 1 days - 1);
            vm.expectRevert(Disputes.TermsInvalid.selector);
            new Disputes(stake, bond, seats, with);
        }
    }

    function takeOwed(address who, uint256 amount) private {
        vm.prank(who);
        vm.assertEq(disputes.takeOwed(), amount, "owed");
    }

    function takeFees(uint256 id, uint256 round) private {
        (address[] memory jurors,,) = disputes.panelOf(id, round);
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.prank(jurors[i]);
            disputes.takeFee(id);
        }
    }

    function expectPhase(Disputes.Phase phase) private {
        vm.expectRevert(abi.encodeWithSelector(Disputes.WrongPhase.selector, phase));
    }
}
