// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Crowdfunding} from "../../solidity/Crowdfunding.sol";
import {GolemToken} from "../../solidity/GolemToken.sol";
import {vm} from "../Vm.sol";

/// @dev A crowdfunding with the public terms, and people with ETH.
abstract contract CrowdfundingBase {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant END = START + 30 days;
    uint128 internal constant MINIMUM = 150_000 ether;
    uint128 internal constant MAXIMUM = 820_000 ether;

    address internal company = address(0xC0);
    address internal anna = address(0xA1);
    address internal boris = address(0xB2);
    Crowdfunding internal crowdfunding;
    GolemToken internal token;

    function setUp() public virtual {
        vm.warp(START - 1 days);
        deploy(terms());
        vm.deal(anna, 1_000_000 ether);
        vm.deal(boris, 1_000_000 ether);
        vm.warp(START);
    }

    function deploy(Crowdfunding.Terms memory with) internal {
        crowdfunding = new Crowdfunding(with);
        token = crowdfunding.token();
    }

    function terms() internal view returns (Crowdfunding.Terms memory) {
        address[] memory members = new address[](3);
        uint96[] memory shares = new uint96[](3);
        (members[0], members[1], members[2]) = (address(0x71), address(0x72), address(0x73));
        (shares[0], shares[1], shares[2]) = (1, 2, 4);
        return Crowdfunding.Terms({
            startsAt: uint64(START),
            endsAt: uint64(END),
            minimumWei: MINIMUM,
            capWei: MAXIMUM,
            company: company,
            teamLockSeconds: 180 days,
            members: members,
            shares: shares
        });
    }

    function contribute(address who, uint256 amount) internal {
        vm.prank(who);
        crowdfunding.contribute{value: amount}();
    }

    function succeed(uint256 amount) internal {
        contribute(anna, amount);
        vm.warp(END);
        crowdfunding.finalize();
    }
}
