// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GolemToken} from "../../solidity/GolemToken.sol";
import {bound, vm} from "../Vm.sol";

/// @dev This contract is the minter.
contract GolemTokenTest {
    address private constant HOLDER = address(0xA1);
    GolemToken private token;

    function setUp() public {
        token = new GolemToken(address(this));
    }

    function test_supply_never_exceeds_the_cap(uint256 first, uint256 second) public {
        uint256 cap = token.CAP();
        first = bound(first, 0, cap);
        second = bound(second, 0, type(uint256).max - first);
        token.mint(HOLDER, first);
        if (first + second > cap) {
            vm.expectRevert(abi.encodeWithSignature("ERC20ExceededCap(uint256,uint256)", first + second, cap));
        }
        token.mint(HOLDER, second);
        vm.assertLe(token.totalSupply(), cap, "supply");
    }

    function test_only_the_minter_mints_takes_back_and_opens(address stranger) public {
        vm.assume(stranger != address(this) && stranger != address(0));
        token.mint(stranger, 1 ether);
        vm.startPrank(stranger);
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.mint(stranger, 1);
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.takeBack(stranger, 1);
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.open();
        vm.stopPrank();
    }

    function test_nothing_moves_before_it_opens() public {
        token.mint(HOLDER, 2 ether);
        vm.startPrank(HOLDER);
        token.approve(address(this), 1 ether);
        vm.expectRevert(GolemToken.TransfersClosed.selector);
        token.transfer(address(this), 1 ether);
        vm.expectRevert(GolemToken.TransfersClosed.selector);
        token.burn(1 ether);
        vm.stopPrank();
        vm.startPrank(address(0xB0));
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)")));
        token.transferFrom(HOLDER, address(0xB0), 1 ether);
        vm.stopPrank();
    }

    function test_once_open_nobody_mints_takes_back_or_closes() public {
        token.mint(HOLDER, 2 ether);
        token.open();
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.mint(HOLDER, 1);
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.takeBack(HOLDER, 1);
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.open();
        vm.prank(HOLDER);
        token.transfer(address(this), 1 ether);
        vm.assertEq(token.balanceOf(address(this)), 1 ether, "moved");
    }

    /// Burning frees no room: what was burned is never made again.
    function test_holders_burn_their_own_and_nobody_makes_it_again() public {
        token.mint(HOLDER, 2 ether);
        token.open();
        vm.prank(HOLDER);
        token.burn(2 ether);
        vm.assertEq(token.totalSupply(), 0, "supply");
        vm.expectRevert(GolemToken.NotMinting.selector);
        token.mint(HOLDER, 1);
    }
}
