// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Disputes} from "../../solidity/Disputes.sol";
import {vm} from "../Vm.sol";
import {DisputesBase} from "./DisputesBase.sol";

/// @dev Who sits on a panel, and how it votes.
contract PanelsTest is DisputesBase {
    function test_every_seat_is_filled_by_an_enlisted_juror(uint256 dice) public {
        uint256 id = open();
        address[] memory jurors = draw(id, dice);
        vm.assertEq(seatsHeld(id, 0), 5, "seats");
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.assertGe(uint160(jurors[i]), 0x10000, "a juror");
            vm.assertLe(uint160(jurors[i]), 0x10000 + JURORS - 1, "of ours");
        }
    }

    /// A juror with half of all aged stake has about half of all seats.
    function test_seats_follow_aged_stake() public {
        address whale = address(0x3A1E);
        stakeAs(whale, uint128(JURORS * 100 ether), address(disputes));
        vm.warp(block.timestamp + 30 days);
        vm.prank(whale);
        disputes.enlist();
        uint256 seats;
        for (uint256 i = 0; i < 60; ++i) {
            uint256 id = open();
            draw(id, i);
            seats += disputes.jurorOf(id, 0, whale).seats;
        }
        // Of 300 seats, at a standard deviation of 9.
        vm.assertGe(seats, 115, "too few");
        vm.assertLe(seats, 185, "too many");
    }

    function test_young_leaving_and_foreign_stake_is_not_enlisted() public {
        address young = address(0x777);
        stakeAs(young, 100 ether, address(disputes));
        expectNotEligible(young);
        vm.warp(block.timestamp + 30 days);
        vm.startPrank(young);
        disputes.enlist();
        stake.requestExit();
        vm.stopPrank();
        expectNotEligible(young);
        address foreign = address(0x778);
        stakeAs(foreign, 100 ether, address(puppet));
        vm.warp(block.timestamp + 30 days);
        expectNotEligible(foreign);
    }

    function test_neither_accuser_nor_accused_judges(uint256 dice) public {
        // Both could: they are most of the enlisted stake.
        stakeAs(accuser, 1_000_000 ether, address(disputes));
        vm.warp(block.timestamp + 30 days);
        vm.prank(accuser);
        disputes.enlist();
        vm.prank(accused);
        disputes.enlist();
        uint256 id = open();
        address[] memory jurors = draw(id, dice);
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.assertTrue(jurors[i] != accuser && jurors[i] != accused, "a party");
        }
        vm.assertLe(seatsHeld(id, 0), 5, "seats stay empty instead");
    }

    /// Who enlists when the dice are known is not on the table, and who resigns then still is.
    function test_nobody_moves_the_table_after_the_dice_were_thrown(uint256 dice) public {
        uint256 id = open();
        uint256 drawBlock = disputes.disputeOf(id).drawBlock;
        vm.roll(drawBlock);
        address late = address(0x1A7E);
        vm.warp(block.timestamp - 30 days);
        stakeAs(late, 1_000_000 ether, address(disputes));
        vm.warp(block.timestamp + 30 days);
        vm.prank(late);
        disputes.enlist();
        uint256 before = vm.snapshotState();
        address[] memory expected = draw(id, dice);
        vm.revertToState(before);
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.prank(jurorAt(i));
            disputes.resign();
        }
        address[] memory jurors = draw(id, dice);
        vm.assertEq(jurors.length, expected.length, "as many");
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.assertEq(jurors[i], expected[i], "the same");
            vm.assertTrue(jurors[i] != late, "too late");
        }
    }

    function test_who_has_left_is_drawn_past_and_struck() public {
        for (uint256 i = 0; i < JURORS; ++i) {
            if (i % 2 == 0) continue;
            vm.prank(jurorAt(i));
            stake.requestExit();
        }
        uint256 id = open();
        address[] memory jurors = draw(id, 1);
        uint256 struck;
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.assertEq((uint160(jurors[i]) - 0x10000) % 2, 0, "has left");
        }
        for (uint256 i = 1; i < JURORS; i += 2) {
            (uint256 weight,) = disputes.enlistedOf(jurorAt(i));
            if (weight == 0) ++struck;
        }
        vm.assertGe(struck, 1, "struck");
    }

    function test_who_has_resigned_is_not_drawn_any_more(uint256 dice) public {
        vm.roll(block.number + 1);
        for (uint256 i = 1; i < JURORS; ++i) {
            vm.prank(jurorAt(i));
            disputes.resign();
        }
        uint256 id = open();
        address[] memory jurors = draw(id, dice);
        vm.assertEq(jurors.length, 1, "one juror");
        vm.assertEq(jurors[0], jurorAt(0), "who stayed");
        vm.assertEq(disputes.jurorOf(id, 0, jurors[0]).seats, 5, "on all seats");
    }

    function test_without_jurors_all_seats_stay_empty() public {
        vm.roll(block.number + 1);
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.prank(jurorAt(i));
            disputes.resign();
        }
        uint256 id = open();
        vm.assertEq(draw(id, 1).length, 0, "nobody");
        vm.warp(block.timestamp + 7 days);
        vm.assertTrue(disputes.finish(id) == Disputes.Verdict.Silent, "silent");
    }

    function test_a_panel_is_not_drawn_before_its_dice_and_only_once() public {
        uint256 id = open();
        uint256 drawBlock = disputes.disputeOf(id).drawBlock;
        vm.roll(drawBlock);
        vm.expectRevert(abi.encodeWithSelector(Disputes.TooEarly.selector, drawBlock));
        disputes.draw(id);
        draw(id, 1);
        vm.expectRevert(abi.encodeWithSelector(Disputes.WrongPhase.selector, Disputes.Phase.Committing));
        disputes.draw(id);
    }

    function test_forgotten_dice_are_thrown_again() public {
        uint256 id = open();
        uint256 drawBlock = disputes.disputeOf(id).drawBlock;
        vm.roll(drawBlock + 257);
        disputes.draw(id);
        vm.assertTrue(disputes.phaseOf(id) == Disputes.Phase.Drawing, "not yet");
        vm.assertEq(disputes.disputeOf(id).drawBlock, drawBlock + 259, "later");
        vm.assertGe(draw(id, 1).length, 1, "drawn");
    }

    function test_votes_are_committed_then_revealed_each_in_its_time() public {
        uint256 id = open();
        address juror = draw(id, 1)[0];
        vm.startPrank(juror);
        vm.expectRevert(abi.encodeWithSelector(Disputes.WrongPhase.selector, Disputes.Phase.Committing));
        disputes.reveal(id, Disputes.Vote.Convict, SALT);
        vm.stopPrank();
        commit(id, juror, Disputes.Vote.Convict);
        vm.warp(block.timestamp + 2 days);
        vm.startPrank(juror);
        vm.expectRevert(abi.encodeWithSelector(Disputes.WrongPhase.selector, Disputes.Phase.Revealing));
        disputes.commit(id, bytes32(uint256(1)));
        vm.stopPrank();
        reveal(id, juror, Disputes.Vote.Convict);
        (, uint256 acquitting, uint256 convicting) = disputes.panelOf(id, 0);
        vm.assertEq(convicting, 1, "counted");
        vm.assertEq(acquitting, 0, "as it was");
    }

    function test_a_vote_is_what_was_committed_to_once() public {
        uint256 id = open();
        address juror = draw(id, 1)[0];
        commit(id, juror, Disputes.Vote.Acquit);
        vm.startPrank(juror);
        vm.expectRevert(Disputes.CommitmentInvalid.selector);
        disputes.commit(id, bytes32(uint256(1)));
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(Disputes.CommitmentInvalid.selector);
        disputes.reveal(id, Disputes.Vote.Convict, SALT);
        vm.expectRevert(Disputes.CommitmentInvalid.selector);
        disputes.reveal(id, Disputes.Vote.Acquit, keccak256("another salt"));
        disputes.reveal(id, Disputes.Vote.Acquit, SALT);
        vm.expectRevert(Disputes.CommitmentInvalid.selector);
        disputes.reveal(id, Disputes.Vote.Acquit, SALT);
        vm.stopPrank();
    }

    /// Who copies another's commitment cannot reveal it, though the other has told the salt.
    function test_a_copied_commitment_is_worth_nothing() public {
        uint256 id = open();
        address[] memory jurors = draw(id, 1);
        bytes32 copied = disputes.commitmentOf(id, 0, jurors[0], Disputes.Vote.Convict, SALT);
        vm.prank(jurors[1]);
        disputes.commit(id, copied);
        vm.warp(block.timestamp + 2 days);
        vm.prank(jurors[1]);
        vm.expectRevert(Disputes.CommitmentInvalid.selector);
        disputes.reveal(id, Disputes.Vote.Convict, SALT);
    }

    function test_no_vote_is_none_and_nothing_is_no_commitment() public {
        uint256 id = open();
        address juror = draw(id, 1)[0];
        vm.prank(juror);
        vm.expectRevert(Disputes.CommitmentInvalid.selector);
        disputes.commit(id, 0);
        commit(id, juror, Disputes.Vote.None);
        vm.warp(block.timestamp + 2 days);
        vm.prank(juror);
        vm.expectRevert(Disputes.CommitmentInvalid.selector);
        disputes.reveal(id, Disputes.Vote.None, SALT);
    }

    function test_only_jurors_of_this_panel_vote() public {
        uint256 id = open();
        address[] memory first = draw(id, 1);
        address outsider = address(0x0075);
        vm.prank(outsider);
        vm.expectRevert(Disputes.NotJuror.selector);
        disputes.commit(id, bytes32(uint256(1)));
        vote(id, Disputes.Vote.Convict);
        appealAs(accused, id);
        draw(id, 7);
        for (uint256 i = 0; i < first.length; ++i) {
            if (disputes.jurorOf(id, 1, first[i]).seats != 0) continue;
            vm.prank(first[i]);
            vm.expectRevert(Disputes.NotJuror.selector);
            disputes.commit(id, bytes32(uint256(1)));
        }
    }

    function test_a_juror_with_several_seats_votes_for_all_of_them() public {
        vm.roll(block.number + 1);
        for (uint256 i = 1; i < JURORS; ++i) {
            vm.prank(jurorAt(i));
            disputes.resign();
        }
        uint256 id = open();
        judge(id, Disputes.Vote.Convict);
        (,, uint256 convicting) = disputes.panelOf(id, 0);
        vm.assertEq(convicting, 5, "five seats");
    }

    function test_who_stays_silent_is_not_drawn_again_until_enlisted_anew() public {
        uint256 id = open();
        address[] memory jurors = draw(id, 1);
        commit(id, jurors[0], Disputes.Vote.Convict);
        commit(id, jurors[1], Disputes.Vote.Convict);
        vm.warp(block.timestamp + 2 days);
        reveal(id, jurors[0], Disputes.Vote.Convict);
        vm.warp(block.timestamp + 5 days);
        disputes.finish(id);
        (uint256 weight,) = disputes.enlistedOf(jurors[0]);
        vm.assertEq(weight, 100 ether, "voted");
        (weight,) = disputes.enlistedOf(jurors[1]);
        vm.assertEq(weight, 0, "committed and said nothing");
        vm.prank(jurors[1]);
        disputes.enlist();
        (weight,) = disputes.enlistedOf(jurors[1]);
        vm.assertEq(weight, 100 ether, "enlisted anew");
    }

    function expectNotEligible(address who) private {
        vm.prank(who);
        vm.expectRevert(Disputes.NotEligible.selector);
        disputes.enlist();
    }
}
