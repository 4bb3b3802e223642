// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Crowdfunding} from "../../solidity/Crowdfunding.sol";
import {TeamLock} from "../../solidity/TeamLock.sol";
import {bound, vm} from "../Vm.sol";
import {CrowdfundingBase} from "./CrowdfundingBase.sol";

contract TeamLockTest is CrowdfundingBase {
    function test_nothing_is_released_before_six_months_after_success() public {
        succeed(MINIMUM);
        TeamLock lock = crowdfunding.teamLock();
        vm.warp(END + 180 days - 1);
        vm.expectRevert(abi.encodeWithSelector(TeamLock.Locked.selector, END + 180 days));
        lock.release(address(0x71));
        vm.warp(END + 180 days);
        lock.release(address(0x71));
        vm.assertGe(token.balanceOf(address(0x71)), 1, "released");
    }

    /// In whatever order, each gets its share to the base unit, and nothing stays behind.
    function test_members_get_their_shares_in_any_order(uint256 raised, uint256 order) public {
        raised = bound(raised, MINIMUM, MAXIMUM);
        succeed(raised);
        TeamLock lock = crowdfunding.teamLock();
        uint256 all = token.balanceOf(address(lock));
        vm.warp(END + 180 days);
        uint256 first = order % 3;
        uint256 second = (first + 1 + (order >> 8) % 2) % 3;
        uint256[3] memory turns = [first, second, 3 - first - second];
        for (uint256 i = 0; i < 3; ++i) {
            lock.release(address(uint160(0x71 + turns[i])));
        }
        for (uint256 i = 0; i < 3; ++i) {
            uint256 exact = all * (1 << i) / 7;
            uint256 got = token.balanceOf(address(uint160(0x71 + i)));
            vm.assertGe(got, exact == 0 ? 0 : exact - 1, "not less");
            vm.assertLe(got, exact + 2, "not more");
        }
        vm.assertEq(token.balanceOf(address(lock)), 0, "nothing left");
    }

    function test_a_share_is_released_once_and_to_members_alone() public {
        succeed(MINIMUM);
        TeamLock lock = crowdfunding.teamLock();
        vm.warp(END + 180 days);
        lock.release(address(0x72));
        vm.expectRevert(abi.encodeWithSelector(TeamLock.NoShare.selector, address(0x72)));
        lock.release(address(0x72));
        vm.expectRevert(abi.encodeWithSelector(TeamLock.NoShare.selector, anna));
        lock.release(anna);
    }
}
