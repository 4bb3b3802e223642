// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Crowdfunding} from "../../solidity/Crowdfunding.sol";
import {GolemToken} from "../../solidity/GolemToken.sol";
import {TeamLock} from "../../solidity/TeamLock.sol";
import {bound, FuzzSelector, vm} from "../Vm.sol";
import {CrowdfundingBase} from "./CrowdfundingBase.sol";

/// @dev Contributors, the company, team members and strangers, at any time and in any order.
contract CrowdfundingHandler is CrowdfundingBase {
    address[] private people;
    uint256 public supplyWhenOpened;
    uint256 private constant WEALTH = 300_000 ether;

    function begin() external {
        setUp();
        for (uint256 i = 0; i < 4; ++i) {
            people.push(address(uint160(0xA000 + i)));
            vm.deal(people[i], WEALTH);
        }
    }

    function acts() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](8);
        selectors[0] = this.actContribute.selector;
        selectors[1] = this.actRefund.selector;
        selectors[2] = this.actFinalize.selector;
        selectors[3] = this.actCollect.selector;
        selectors[4] = this.actTransfer.selector;
        selectors[5] = this.actRelease.selector;
        selectors[6] = this.actWait.selector;
        selectors[7] = this.actMint.selector;
    }

    function actContribute(uint256 who, uint256 amount) external {
        address person = people[who % 4];
        amount = bound(amount, 0, person.balance / 4);
        uint256 room = crowdfunding.capWei() - crowdfunding.raisedWei();
        uint256 taken = amount < room ? amount : room;
        uint256 before = person.balance;
        bool isOpen = block.timestamp < END && room != 0 && amount != 0;
        vm.prank(person);
        if (!isOpen) vm.expectRevert(Crowdfunding.NotFunding.selector);
        crowdfunding.contribute{value: amount}();
        vm.assertEq(before - person.balance, isOpen ? taken : 0, "what was taken");
    }

    function actRefund(uint256 who) external {
        address person = people[who % 4];
        uint256 contributed = crowdfunding.contributedWei(person);
        uint256 before = person.balance;
        bool isDue = crowdfunding.state() == Crowdfunding.State.Failure && contributed != 0;
        vm.prank(person);
        if (!isDue) vm.expectRevert(Crowdfunding.NothingToRefund.selector);
        crowdfunding.refund();
        vm.assertEq(person.balance, before + (isDue ? contributed : 0), "all of it");
    }

    function actFinalize() external {
        bool isSuccess = crowdfunding.state() == Crowdfunding.State.Success;
        if (!isSuccess) vm.expectRevert(Crowdfunding.NotSuccessful.selector);
        else if (crowdfunding.isFinalized()) vm.expectRevert(Crowdfunding.AlreadyFinalized.selector);
        crowdfunding.finalize();
        if (isSuccess && supplyWhenOpened == 0) supplyWhenOpened = token.totalSupply();
    }

    function actCollect() external {
        if (!crowdfunding.isFinalized()) vm.expectRevert(Crowdfunding.NotFinalized.selector);
        crowdfunding.collect();
    }

    function actTransfer(uint256 from, uint256 to, uint256 amount) external {
        amount = bound(amount, 0, token.balanceOf(people[from % 4]));
        bool isOpen = token.isOpen();
        vm.prank(people[from % 4]);
        if (!isOpen) vm.expectRevert(GolemToken.TransfersClosed.selector);
        token.transfer(people[to % 4], amount);
    }

    function actRelease(uint256 who) external {
        if (!crowdfunding.isFinalized()) return;
        TeamLock lock = crowdfunding.teamLock();
        address member = address(uint160(0x71 + who % 3));
        if (block.timestamp < lock.unlocksAt()) {
            vm.expectRevert(abi.encodeWithSelector(TeamLock.Locked.selector, lock.unlocksAt()));
        } else if (lock.shareOf(member) == 0) {
            vm.expectRevert(abi.encodeWithSelector(TeamLock.NoShare.selector, member));
        }
        lock.release(member);
    }

    /// Rarely far: half of all runs should end while funding lasts or just after it.
    function actWait(uint256 seconds_) external {
        vm.warp(block.timestamp + seconds_ % (block.timestamp < END ? 3 days : 60 days));
    }

    function actMint(uint256 who, uint256 amount) external {
        vm.startPrank(people[who % 4]);
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.mint(people[who % 4], amount);
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.open();
        vm.stopPrank();
    }

    function audit() external view {
        uint256 contributed;
        uint256 wealth = address(crowdfunding).balance + company.balance;
        for (uint256 i = 0; i < 4; ++i) {
            contributed += crowdfunding.contributedWei(people[i]);
            wealth += people[i].balance;
        }
        vm.assertEq(wealth, 4 * WEALTH, "ETH is neither made nor lost");
        vm.assertLe(token.totalSupply(), token.CAP(), "the cap");
        if (crowdfunding.isFinalized()) {
            vm.assertTrue(token.isOpen(), "open");
            vm.assertEq(token.totalSupply(), supplyWhenOpened, "the supply is final");
            vm.assertEq(contributed, crowdfunding.raisedWei(), "no refund after a success");
        } else {
            vm.assertFalse(token.isOpen(), "closed");
            vm.assertEq(token.totalSupply(), contributed * 1_000, "tokens are contributions");
            vm.assertEq(address(crowdfunding).balance, contributed, "and can be refunded");
        }
    }

    /// Whatever happened: in the end contributors have their tokens, or all of their ETH.
    function conclude() external {
        vm.warp(block.timestamp + 365 days);
        if (crowdfunding.state() == Crowdfunding.State.Success) {
            if (!crowdfunding.isFinalized()) crowdfunding.finalize();
            crowdfunding.collect();
            vm.assertEq(company.balance, crowdfunding.raisedWei(), "the company has the ETH");
            return;
        }
        for (uint256 i = 0; i < 4; ++i) {
            if (crowdfunding.contributedWei(people[i]) == 0) continue;
            vm.prank(people[i]);
            crowdfunding.refund();
        }
        for (uint256 i = 0; i < 4; ++i) {
            vm.assertEq(people[i].balance, WEALTH, "a full refund");
        }
        vm.assertEq(token.totalSupply(), 0, "no tokens");
    }
}

contract CrowdfundingInvariants {
    CrowdfundingHandler private handler;

    function setUp() public {
        handler = new CrowdfundingHandler();
        handler.begin();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(handler), handler.acts());
    }

    function invariant_eth_and_supply_are_conserved() public view {
        handler.audit();
    }

    function afterInvariant() external {
        handler.audit();
        handler.conclude();
    }
}
