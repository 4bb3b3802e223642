// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Disputes} from "../../solidity/Disputes.sol";
import {Stake} from "../../solidity/Stake.sol";
import {bound, vm} from "../Vm.sol";
import {StakeBase} from "./StakeBase.sol";

/// @dev Stakers, jurors, accusers and arbiters who do anything in any order; hours where a public network has days. Every
/// act looks at what it may change: exits, what one claim burns, who loses stake.
contract StakeHandler is StakeBase {
    uint256 private constant PEOPLE = 6;
    uint128 private constant BOND = 7 ether + 3;

    Disputes private disputes;
    uint256[PEOPLE] private keys;
    address[] private people;
    uint256 private announced;
    mapping(bytes32 => Disputes.Vote) private votes;
    mapping(address => uint256) private exits;

    function begin() external {
        setUp();
        stake = new Stake(
            token,
            PAYMENTS,
            Stake.Times({exitDelay: 40 hours, claimWindow: 10 hours, claimLife: 29 hours, slashDelay: 3 hours, ageing: 4 hours})
        );
        disputes = new Disputes(
            stake, BOND, 3, Disputes.Times({draw: 3 hours, commit: 2 hours, reveal: 2 hours, appeal: 2 hours, finish: 2 hours})
        );
        for (uint256 i = 0; i < PEOPLE; ++i) {
            keys[i] = 0xA000 + i;
            people.push(vm.addr(keys[i]));
            token.transfer(people[i], 10_000 ether);
            vm.startPrank(people[i]);
            token.approve(address(stake), type(uint256).max);
            token.approve(address(disputes), type(uint256).max);
            vm.stopPrank();
        }
        // Four who judge and can be judged, one without an arbiter, one under a puppet's.
        for (uint256 i = 0; i < PEOPLE; ++i) {
            _stake(i, 1_000 ether + uint128(i));
        }
        vm.warp(NOW + 4 hours);
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(people[i]);
            disputes.enlist();
        }
    }

    function acts() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](14);
        selectors[0] = this.actStake.selector;
        selectors[1] = this.actExit.selector;
        selectors[2] = this.actWithdraw.selector;
        selectors[3] = this.actEnlist.selector;
        selectors[4] = this.actOpen.selector;
        selectors[5] = this.actDraw.selector;
        selectors[6] = this.actCommit.selector;
        selectors[7] = this.actReveal.selector;
        selectors[8] = this.actAppeal.selector;
        selectors[9] = this.actFinish.selector;
        selectors[10] = this.actTake.selector;
        selectors[11] = this.actEquivocate.selector;
        selectors[12] = this.actPuppet.selector;
        selectors[13] = this.actWait.selector;
    }

    // --- Stakers ----------------------------------------------------------------------------------------------------

    function actStake(uint256 who, uint256 amount) external {
        who %= PEOPLE;
        uint256 wallet = token.balanceOf(people[who]);
        amount = bound(amount, 0, wallet / 3);
        uint256 before = stake.stakeOf(people[who]);
        if (amount == 0 || stake.accountOf(people[who]).exitsAt != 0) return;
        _stake(who, uint128(amount));
        vm.assertEq(stake.stakeOf(people[who]), before + amount, "staked");
    }

    function actExit(uint256 who, bool isCancelled) external {
        address person = people[who % PEOPLE];
        uint64 exitsAt = stake.accountOf(person).exitsAt;
        if (isCancelled ? exitsAt == 0 : exitsAt != 0 || stake.stakeOf(person) == 0) return;
        vm.prank(person);
        if (isCancelled) stake.cancelExit();
        else stake.requestExit();
        exits[person] = isCancelled ? 0 : block.timestamp + 40 hours;
    }

    /// Nothing that happened meanwhile has moved the exit.
    function actWithdraw(uint256 who) external {
        address person = people[who % PEOPLE];
        uint256 exitsAt = exits[person];
        uint256 staked = stake.stakeOf(person);
        uint256 before = token.balanceOf(person);
        bool isDue = exitsAt != 0 && block.timestamp >= exitsAt;
        vm.prank(person);
        if (!isDue) vm.expectRevert(abi.encodeWithSelector(Stake.NotExited.selector, exitsAt));
        stake.withdraw();
        if (!isDue) return;
        exits[person] = 0;
        vm.assertEq(token.balanceOf(person), before + staked, "all of it");
    }

    // --- Disputes ---------------------------------------------------------------------------------------------------

    function actEnlist(uint256 who, bool isResignation) external {
        address person = people[who % PEOPLE];
        bool isEligible = disputes.weightOf(person) != 0;
        vm.startPrank(person);
        if (isResignation) {
            disputes.resign();
        } else {
            if (!isEligible) vm.expectRevert(Disputes.NotEligible.selector);
            disputes.enlist();
        }
        vm.stopPrank();
    }

    function actOpen(uint256 who, uint256 whom, uint256 amount, uint256 age) external {
        address accuser = people[who % PEOPLE];
        address accused = people[whom % 4];
        uint256 limit = stake.maxClaim(accused);
        if (accuser == accused || limit == 0 || token.balanceOf(accuser) < BOND) return;
        amount = bound(amount, 1, limit);
        vm.roll(block.number + 1);
        vm.prank(accuser);
        disputes.open(accused, uint128(amount), uint64(block.timestamp - age % 10 hours), "bafk");
    }

    function actDraw(uint256 which, uint256 dice) external {
        uint256 id = _some(which);
        if (id == 0 || disputes.phaseOf(id) != Disputes.Phase.Drawing) return;
        uint256 drawBlock = disputes.disputeOf(id).drawBlock;
        if (block.number <= drawBlock) vm.roll(drawBlock + 1);
        vm.setBlockhash(drawBlock, keccak256(abi.encode(dice)));
        disputes.draw(id);
    }

    /// Most commit, some do not.
    function actCommit(uint256 which, uint256 seed) external {
        uint256 id = _some(which);
        if (id == 0 || disputes.phaseOf(id) != Disputes.Phase.Committing) return;
        uint256 round = disputes.disputeOf(id).round;
        (address[] memory jurors,,) = disputes.panelOf(id, round);
        for (uint256 i = 0; i < jurors.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            if (seed % 8 == 0 || disputes.jurorOf(id, round, jurors[i]).commitment != 0) continue;
            Disputes.Vote vote = (seed >> 8) % 3 == 0 ? Disputes.Vote.Acquit : Disputes.Vote.Convict;
            votes[_key(id, round, jurors[i])] = vote;
            bytes32 commitment = disputes.commitmentOf(id, round, jurors[i], vote, 0);
            vm.prank(jurors[i]);
            disputes.commit(id, commitment);
        }
    }

    function actReveal(uint256 which, uint256 seed) external {
        uint256 id = _some(which);
        if (id == 0 || disputes.phaseOf(id) != Disputes.Phase.Revealing) return;
        uint256 round = disputes.disputeOf(id).round;
        (address[] memory jurors,,) = disputes.panelOf(id, round);
        for (uint256 i = 0; i < jurors.length; ++i) {
            Disputes.Juror memory juror = disputes.jurorOf(id, round, jurors[i]);
            bool isSilent = uint256(keccak256(abi.encode(seed, i))) % 8 == 0;
            if (isSilent || juror.commitment == 0 || juror.vote != Disputes.Vote.None) continue;
            vm.prank(jurors[i]);
            disputes.reveal(id, votes[_key(id, round, jurors[i])], 0);
        }
    }

    function actAppeal(uint256 which) external {
        uint256 id = _some(which);
        if (id == 0 || disputes.phaseOf(id) != Disputes.Phase.Appealing) return;
        Disputes.Dispute memory dispute = disputes.disputeOf(id);
        (,, uint256 convicting) = disputes.panelOf(id, dispute.round);
        address loser = 2 * convicting > disputes.seatsOf(dispute.round) ? dispute.accused : dispute.accuser;
        if (token.balanceOf(loser) < BOND << (dispute.round + 1)) return;
        vm.roll(block.number + 1);
        vm.prank(loser);
        disputes.appeal(id);
    }

    /// A conviction burns what was claimed, or what is left of the stake; nothing else burns any.
    function actFinish(uint256 which) external {
        uint256 id = _some(which);
        if (id == 0 || disputes.phaseOf(id) != Disputes.Phase.Due) return;
        Disputes.Dispute memory dispute = disputes.disputeOf(id);
        uint256[] memory before = _stakes();
        uint256 accusers = token.balanceOf(dispute.accuser);
        Disputes.Verdict verdict = disputes.finish(id);
        uint256[] memory afterwards = _stakes();
        for (uint256 i = 0; i < PEOPLE; ++i) {
            bool mayLose = people[i] == dispute.accused && verdict == Disputes.Verdict.Convicted;
            vm.assertTrue(before[i] == afterwards[i] || mayLose, "who was not convicted lost stake");
            vm.assertLe(before[i] - afterwards[i], dispute.amount, "more than was claimed");
        }
        vm.assertEq(token.balanceOf(dispute.accuser), accusers, "an accuser was paid");
    }

    function actTake(uint256 which, uint256 who) external {
        uint256 id = _some(which);
        address person = people[who % PEOPLE];
        uint256 owed = disputes.owed(person);
        vm.startPrank(person);
        if (owed == 0) vm.expectRevert(Disputes.NothingOwed.selector);
        disputes.takeOwed();
        if (id != 0 && _feeOf(id, person) == 0) vm.expectRevert(Disputes.NoFee.selector);
        if (id != 0) disputes.takeFee(id);
        vm.stopPrank();
    }

    // --- Others -----------------------------------------------------------------------------------------------------

    /// Only who named no arbiter loses anything, and that is all.
    function actEquivocate(uint256 who, uint256 index) external {
        who %= PEOPLE;
        address person = people[who];
        uint32 place = uint32(index);
        bytes32 agreement = keccak256(abi.encode(index));
        Stake.Signature[2] memory signatures =
            [signedDelivery(keys[who], agreement, place, "bafka"), signedDelivery(keys[who], agreement, place, "bafkb")];
        uint256 staked = stake.stakeOf(person);
        address arbiter = stake.accountOf(person).arbiter;
        if (arbiter != address(0)) vm.expectRevert(abi.encodeWithSelector(Stake.NotArbiter.selector, arbiter));
        else if (staked == 0) vm.expectRevert(Stake.NothingStaked.selector);
        stake.slashDeliveries(person, agreement, place, ["bafka", "bafkb"], signatures);
        vm.assertEq(stake.stakeOf(person), arbiter == address(0) ? 0 : staked, "what is left");
    }

    /// An arbiter that announces and executes at will.
    function actPuppet(uint256 whom, uint256 amount, bool isExecution) external {
        if (isExecution) {
            if (announced == 0) return;
            bytes32 id = bytes32(amount % announced);
            Stake.Claim memory claim = stake.claimOf(address(puppet), id);
            uint256 before = stake.stakeOf(claim.staker);
            bool isDue = claim.announcedAt != 0 && block.timestamp >= claim.announcedAt + 3 hours
                && block.timestamp <= claim.announcedAt + 29 hours;
            if (!isDue) vm.expectRevert(Stake.ClaimNotDue.selector);
            // Who has left entirely has nothing to lose, under whatever arbiter.
            else if (before == 0) vm.expectRevert();
            puppet.execute(stake, id);
            if (isDue && before != 0) vm.assertLe(before - stake.stakeOf(claim.staker), claim.amount, "too much");
            return;
        }
        address person = people[whom % PEOPLE];
        uint256 limit = stake.maxClaim(person);
        amount = bound(amount, 1, limit + 1);
        address arbiter = stake.accountOf(person).arbiter;
        if (arbiter != address(puppet)) vm.expectRevert(abi.encodeWithSelector(Stake.NotArbiter.selector, arbiter));
        else if (amount > limit) vm.expectRevert(abi.encodeWithSelector(Stake.ClaimTooLarge.selector, limit));
        puppet.announce(stake, bytes32(announced), person, uint128(amount), uint64(block.timestamp));
        if (arbiter == address(puppet) && amount <= limit) ++announced;
    }

    function actWait(uint256 seconds_) external {
        vm.warp(block.timestamp + seconds_ % 2 hours);
        vm.roll(block.number + seconds_ % 7);
    }

    // --- What the invariants read -----------------------------------------------------------------------------------

    function audit() external view {
        uint256 staked;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            staked += stake.stakeOf(people[i]);
            vm.assertEq(stake.accountOf(people[i]).exitsAt, exits[people[i]], "an exit was moved");
        }
        vm.assertEq(token.balanceOf(address(stake)), staked, "what is at stake is there");
        vm.assertEq(token.balanceOf(address(disputes)), _bonds(), "bonds and fees are there");
    }

    /// Whatever was going on: in the end everybody has its stake, its bonds and its fees, and nothing is left.
    function conclude() external {
        // Each second of waiting ends what waits.
        for (uint256 id = 1; id <= disputes.count(); ++id) {
            while (disputes.phaseOf(id) != Disputes.Phase.Due && disputes.phaseOf(id) != Disputes.Phase.Finished) {
                vm.warp(block.timestamp + 1 hours);
            }
            if (disputes.phaseOf(id) == Disputes.Phase.Due) disputes.finish(id);
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            vm.startPrank(people[i]);
            for (uint256 id = 1; id <= disputes.count(); ++id) {
                if (_feeOf(id, people[i]) != 0) disputes.takeFee(id);
            }
            if (disputes.owed(people[i]) != 0) disputes.takeOwed();
            if (stake.stakeOf(people[i]) != 0 && stake.accountOf(people[i]).exitsAt == 0) stake.requestExit();
            vm.stopPrank();
        }
        vm.warp(block.timestamp + 40 hours);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (stake.accountOf(people[i]).exitsAt == 0) continue;
            vm.prank(people[i]);
            stake.withdraw();
        }
        vm.assertEq(token.balanceOf(address(stake)), 0, "stake left behind");
        vm.assertEq(token.balanceOf(address(disputes)), 0, "bonds left behind");
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    function _stake(uint256 who, uint128 amount) private {
        address arbiter = who < 4 ? address(disputes) : who == 4 ? address(0) : address(puppet);
        vm.prank(people[who]);
        stake.stake(amount, arbiter);
    }

    function _stakes() private view returns (uint256[] memory stakes) {
        stakes = new uint256[](PEOPLE);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            stakes[i] = stake.stakeOf(people[i]);
        }
    }

    /// One of the last three disputes; 0 where there is none.
    function _some(uint256 which) private view returns (uint256) {
        uint256 count = disputes.count();
        if (count == 0) return 0;
        return count - which % (count < 3 ? count : 3);
    }

    function _key(uint256 id, uint256 round, address juror) private pure returns (bytes32) {
        return keccak256(abi.encode(id, round, juror));
    }

    function _feeOf(uint256 id, address person) private view returns (uint256) {
        Disputes.Dispute memory dispute = disputes.disputeOf(id);
        if (dispute.feePerSeat == 0) return 0;
        bool convicted = dispute.verdict == Disputes.Verdict.Convicted;
        uint256 seats;
        for (uint256 round = 0; round <= dispute.round; ++round) {
            Disputes.Juror memory juror = disputes.jurorOf(id, round, person);
            if (juror.isPaid || juror.vote != (convicted ? Disputes.Vote.Convict : Disputes.Vote.Acquit)) continue;
            seats += juror.seats;
        }
        return seats * dispute.feePerSeat;
    }

    /// Bonds of open disputes, bonds that came back, and fees that were not taken.
    function _bonds() private view returns (uint256 sum) {
        for (uint256 id = 1; id <= disputes.count(); ++id) {
            Disputes.Dispute memory dispute = disputes.disputeOf(id);
            if (dispute.verdict == Disputes.Verdict.None) sum += dispute.accuserBonds + dispute.accusedBonds;
            for (uint256 i = 0; i < PEOPLE; ++i) {
                sum += _feeOf(id, people[i]);
            }
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            sum += disputes.owed(people[i]);
        }
    }
}
