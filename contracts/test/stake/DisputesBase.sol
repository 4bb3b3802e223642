// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Disputes} from "../../solidity/Disputes.sol";
import {Stake} from "../../solidity/Stake.sol";
import {vm} from "../Vm.sol";
import {StakeBase} from "./StakeBase.sol";

/// @dev A panel's arbiter with the public terms, jurors whose stake has aged, an accuser and an accused.
abstract contract DisputesBase is StakeBase {
    uint128 internal constant BOND = 100 ether;
    uint256 internal constant JURORS = 40;
    bytes32 internal constant SALT = keccak256("salt");
    address internal accuser = address(0xACC);
    address internal accused = address(0xDEF);
    Disputes internal disputes;

    function setUp() public virtual override {
        super.setUp();
        disputes = new Disputes(stake, BOND, 5, disputeTimes());
        stakeAs(accused, 1_000 ether, address(disputes));
        for (uint256 i = 0; i < JURORS; ++i) {
            stakeAs(jurorAt(i), 100 ether, address(disputes));
        }
        vm.warp(NOW + 30 days);
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.prank(jurorAt(i));
            disputes.enlist();
        }
        fund(accuser);
        fund(accused);
    }

    function disputeTimes() internal pure returns (Disputes.Times memory) {
        return Disputes.Times({draw: 1 days, commit: 2 days, reveal: 2 days, appeal: 3 days, finish: 3 days});
    }

    function jurorAt(uint256 index) internal pure returns (address) {
        return address(uint160(0x10000 + index));
    }

    function fund(address who) internal {
        token.transfer(who, 10_000 ether);
        vm.prank(who);
        token.approve(address(disputes), type(uint256).max);
    }

    function open() internal returns (uint256 id) {
        vm.roll(block.number + 1);
        vm.prank(accuser);
        id = disputes.open(accused, 250 ether, uint64(block.timestamp), "bafkevidence");
    }

    /// Throws the dice and draws.
    function draw(uint256 id, uint256 dice) internal returns (address[] memory jurors) {
        uint256 drawBlock = disputes.disputeOf(id).drawBlock;
        vm.roll(drawBlock + 1);
        vm.setBlockhash(drawBlock, keccak256(abi.encode(dice)));
        disputes.draw(id);
        (jurors,,) = disputes.panelOf(id, disputes.disputeOf(id).round);
    }

    function commit(uint256 id, address juror, Disputes.Vote vote) internal {
        bytes32 commitment = disputes.commitmentOf(id, disputes.disputeOf(id).round, juror, vote, SALT);
        vm.prank(juror);
        disputes.commit(id, commitment);
    }

    function reveal(uint256 id, address juror, Disputes.Vote vote) internal {
        vm.prank(juror);
        disputes.reveal(id, vote, SALT);
    }

    /// All jurors of the present panel vote, from the beginning of the commitments to the end of the votes.
    function vote(uint256 id, Disputes.Vote all) internal {
        (address[] memory jurors,,) = disputes.panelOf(id, disputes.disputeOf(id).round);
        for (uint256 i = 0; i < jurors.length; ++i) {
            commit(id, jurors[i], all);
        }
        vm.warp(block.timestamp + 2 days);
        for (uint256 i = 0; i < jurors.length; ++i) {
            reveal(id, jurors[i], all);
        }
        vm.warp(block.timestamp + 2 days);
    }

    /// A round from its dice to the end of its votes.
    function judge(uint256 id, Disputes.Vote all) internal {
        draw(id, 1);
        vote(id, all);
    }

    function appealAs(address who, uint256 id) internal {
        vm.roll(block.number + 1);
        vm.prank(who);
        disputes.appeal(id);
    }

    function seatsHeld(uint256 id, uint256 round) internal view returns (uint256 seats) {
        (address[] memory jurors,,) = disputes.panelOf(id, round);
        for (uint256 i = 0; i < jurors.length; ++i) {
            seats += disputes.jurorOf(id, round, jurors[i]).seats;
        }
    }
}
