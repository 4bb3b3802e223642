// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Crowdfunding} from "../../solidity/Crowdfunding.sol";
import {GolemToken} from "../../solidity/GolemToken.sol";
import {TeamLock} from "../../solidity/TeamLock.sol";
import {bound, vm} from "../Vm.sol";
import {CrowdfundingBase} from "./CrowdfundingBase.sol";

/// @dev Calls back while ETH is sent to it.
contract Reenterer {
    Crowdfunding private immutable crowdfunding;
    bytes private act;
    bool public succeeded;

    constructor(Crowdfunding crowdfunding_) {
        crowdfunding = crowdfunding_;
    }

    function plan(bytes memory act_) external {
        act = act_;
    }

    function contribute() external payable {
        crowdfunding.contribute{value: msg.value}();
    }

    function refund() external {
        crowdfunding.refund();
    }

    receive() external payable {
        if (act.length != 0) (succeeded,) = address(crowdfunding).call{value: 0}(act);
    }
}

/// @dev Takes no ETH.
contract Refuser {
    function contribute(Crowdfunding crowdfunding) external payable {
        crowdfunding.contribute{value: msg.value}();
    }
}

contract CrowdfundingTest is CrowdfundingBase {
    function test_a_thousand_tokens_for_each_eth_at_once(uint256 amount) public {
        amount = bound(amount, 1, MAXIMUM);
        contribute(anna, amount);
        vm.assertEq(token.balanceOf(anna), amount * 1_000, "tokens");
        vm.assertEq(crowdfunding.contributedWei(anna), amount, "contributed");
        vm.assertEq(address(crowdfunding).balance, amount, "ETH");
    }

    function test_eth_that_is_simply_sent_counts_as_well() public {
        vm.prank(anna);
        (bool ok,) = address(crowdfunding).call{value: 2 ether}("");
        vm.assertTrue(ok, "taken");
        vm.assertEq(token.balanceOf(anna), 2_000 ether, "tokens");
    }

    function test_contributions_begin_at_the_start_and_end_before_the_end() public {
        vm.warp(START - 1);
        expectNotFunding(1 ether);
        vm.warp(START);
        contribute(anna, 1 ether);
        vm.warp(END - 1);
        contribute(anna, 1 ether);
        vm.warp(END);
        expectNotFunding(1 ether);
    }

    function test_nothing_is_no_contribution() public {
        expectNotFunding(0);
    }

    function test_what_exceeds_the_cap_comes_back_at_once() public {
        contribute(anna, MAXIMUM - 1 ether);
        contribute(boris, 3 ether);
        vm.assertEq(crowdfunding.contributedWei(boris), 1 ether, "taken");
        vm.assertEq(boris.balance, 999_999 ether, "back");
        vm.assertTrue(crowdfunding.state() == Crowdfunding.State.Success, "the cap ends it");
        expectNotFunding(1 ether);
    }

    function test_the_whole_supply_at_the_cap_is_a_thousand_million() public {
        contribute(anna, MAXIMUM);
        crowdfunding.finalize();
        vm.assertEq(token.totalSupply(), token.CAP(), "supply");
        vm.assertEq(token.balanceOf(anna), 820_000_000 ether, "contributors");
        vm.assertEq(token.balanceOf(address(crowdfunding.teamLock())), 60_000_000 ether, "team");
        vm.assertEq(token.balanceOf(company), 120_000_000 ether, "company");
    }

    function test_shares_are_82_6_and_12_percent_of_any_success(uint256 amount) public {
        amount = bound(amount, MINIMUM, MAXIMUM);
        succeed(amount);
        uint256 supply = token.totalSupply();
        vm.assertLe(supply, token.CAP(), "cap");
        vm.assertEq(token.balanceOf(anna), amount * 1_000, "contributors");
        // Rounded down, each by less than one base unit.
        vm.assertEq(token.balanceOf(company), (amount * 1_000 * 12) / 82, "company");
        vm.assertEq(token.balanceOf(address(crowdfunding.teamLock())), (amount * 1_000 * 6) / 82, "team");
        vm.assertLe(supply * 82 / 100, amount * 1_000, "82 percent");
        vm.assertGe(supply * 82 / 100 + 2, amount * 1_000, "and not less");
    }

    function test_the_minimum_decides_between_success_and_failure() public {
        contribute(anna, MINIMUM - 1);
        vm.warp(END - 1);
        vm.assertTrue(crowdfunding.state() == Crowdfunding.State.Funding, "funding");
        vm.warp(END);
        vm.assertTrue(crowdfunding.state() == Crowdfunding.State.Failure, "failure");
        vm.warp(END - 1);
        contribute(anna, 1);
        vm.assertTrue(crowdfunding.state() == Crowdfunding.State.Funding, "still funding");
        vm.warp(END);
        vm.assertTrue(crowdfunding.state() == Crowdfunding.State.Success, "success");
    }

    function test_transfers_open_with_the_finalization_and_never_close() public {
        contribute(anna, MINIMUM);
        vm.startPrank(anna);
        vm.expectRevert(GolemToken.TransfersClosed.selector);
        token.transfer(boris, 1);
        vm.warp(END);
        vm.expectRevert(GolemToken.TransfersClosed.selector);
        token.transfer(boris, 1);
        crowdfunding.finalize();
        token.transfer(boris, 1);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(boris), 1, "moved");
    }

    function test_it_is_finalized_once_and_nothing_is_minted_afterwards() public {
        succeed(MINIMUM);
        vm.expectRevert(Crowdfunding.AlreadyFinalized.selector);
        crowdfunding.finalize();
        expectNotFunding(1 ether);
        vm.prank(anna);
        vm.expectRevert(Crowdfunding.NothingToRefund.selector);
        crowdfunding.refund();
        vm.prank(address(crowdfunding));
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.mint(anna, 1);
    }

    function test_neither_funding_nor_failure_is_finalized() public {
        contribute(anna, MINIMUM - 1);
        vm.expectRevert(Crowdfunding.NotSuccessful.selector);
        crowdfunding.finalize();
        vm.warp(END);
        vm.expectRevert(Crowdfunding.NotSuccessful.selector);
        crowdfunding.finalize();
    }

    function test_the_company_gets_the_eth_after_finalization_alone() public {
        contribute(anna, MINIMUM);
        vm.warp(END);
        vm.expectRevert(Crowdfunding.NotFinalized.selector);
        crowdfunding.collect();
        crowdfunding.finalize();
        vm.prank(boris);
        crowdfunding.collect();
        vm.assertEq(company.balance, MINIMUM, "company");
        crowdfunding.collect();
        vm.assertEq(company.balance, MINIMUM, "once");
    }

    function test_failure_refunds_everybody_in_full_and_once() public {
        contribute(anna, 100 ether);
        contribute(boris, 7 ether);
        contribute(anna, 1);
        vm.warp(END);
        vm.prank(anna);
        crowdfunding.refund();
        vm.assertEq(anna.balance, 1_000_000 ether, "anna");
        vm.assertEq(token.balanceOf(anna), 0, "her tokens");
        vm.prank(anna);
        vm.expectRevert(Crowdfunding.NothingToRefund.selector);
        crowdfunding.refund();
        vm.prank(boris);
        crowdfunding.refund();
        vm.assertEq(boris.balance, 1_000_000 ether, "boris");
        vm.assertEq(token.totalSupply(), 0, "supply");
        vm.assertEq(address(crowdfunding).balance, 0, "nothing left");
    }

    function test_nobody_is_refunded_before_a_failure() public {
        contribute(anna, 100 ether);
        vm.prank(anna);
        vm.expectRevert(Crowdfunding.NothingToRefund.selector);
        crowdfunding.refund();
    }

    function test_a_refund_is_not_entered_again() public {
        Reenterer reenterer = new Reenterer(crowdfunding);
        vm.deal(address(this), 10 ether);
        reenterer.contribute{value: 5 ether}();
        contribute(anna, 50 ether);
        vm.warp(END);
        reenterer.plan(abi.encodeCall(Crowdfunding.refund, ()));
        reenterer.refund();
        vm.assertFalse(reenterer.succeeded(), "entered");
        vm.assertEq(address(reenterer).balance, 5 ether, "its own, once");
        vm.assertEq(address(crowdfunding).balance, 50 ether, "the others'");
    }

    function test_what_comes_back_at_the_cap_is_not_entered_again() public {
        Reenterer reenterer = new Reenterer(crowdfunding);
        contribute(anna, MAXIMUM - 1 ether);
        vm.deal(address(this), 10 ether);
        reenterer.plan(abi.encodeCall(Crowdfunding.finalize, ()));
        reenterer.contribute{value: 5 ether}();
        vm.assertFalse(reenterer.succeeded(), "entered");
        vm.assertEq(address(reenterer).balance, 4 ether, "back");
    }

    function test_who_takes_no_eth_contributes_up_to_the_cap_exactly() public {
        Refuser refuser = new Refuser();
        contribute(anna, MAXIMUM - 1 ether);
        vm.deal(address(this), 10 ether);
        vm.expectRevert();
        refuser.contribute{value: 2 ether}(crowdfunding);
        refuser.contribute{value: 1 ether}(crowdfunding);
        vm.assertEq(token.balanceOf(address(refuser)), 1_000 ether, "tokens");
    }

    /// A company that takes no ETH keeps neither the token closed nor contributors from their tokens.
    function test_a_company_that_takes_no_eth_harms_itself_alone() public {
        Crowdfunding.Terms memory with = terms();
        with.company = address(new Refuser());
        vm.warp(START - 1);
        deploy(with);
        vm.warp(START);
        succeed(MINIMUM);
        vm.assertTrue(token.isOpen(), "open");
        vm.expectRevert();
        crowdfunding.collect();
    }

    function test_terms_that_contradict_themselves_are_refused() public {
        for (uint256 i = 0; i < 7; ++i) {
            Crowdfunding.Terms memory with = terms();
            if (i == 0) with.endsAt = with.startsAt;
            if (i == 1) with.endsAt = uint64(block.timestamp);
            if (i == 2) with.minimumWei = 0;
            if (i == 3) with.minimumWei = with.capWei + 1;
            if (i == 4) with.capWei = 820_000 ether + 1;
            if (i == 5) with.company = address(0);
            if (i == 6) with.startsAt = with.endsAt + 1;
            vm.expectRevert(Crowdfunding.TermsInvalid.selector);
            new Crowdfunding(with);
        }
    }

    function test_a_team_that_no_lock_would_take_is_refused_before_the_funding() public {
        for (uint256 i = 0; i < 5; ++i) {
            Crowdfunding.Terms memory with = terms();
            if (i == 0) with.members = new address[](0);
            if (i == 1) with.shares[1] = 0;
            if (i == 2) with.members[1] = with.members[0];
            if (i == 3) with.members[2] = address(0);
            if (i == 4) with.shares = new uint96[](2);
            vm.expectRevert(TeamLock.SharesInvalid.selector);
            new Crowdfunding(with);
        }
    }

    function expectNotFunding(uint256 amount) private {
        vm.prank(boris);
        vm.expectRevert(Crowdfunding.NotFunding.selector);
        crowdfunding.contribute{value: amount}();
    }
}
