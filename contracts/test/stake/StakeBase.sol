// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GolemToken} from "../../solidity/GolemToken.sol";
import {Stake} from "../../solidity/Stake.sol";
import {vm} from "../Vm.sol";

/// @dev An arbiter that does what it is told.
contract Puppet {
    function announce(Stake stake, bytes32 id, address staker, uint128 amount, uint64 actAt) external {
        stake.announce(id, staker, amount, actAt);
    }

    function execute(Stake stake, bytes32 id) external returns (uint256) {
        return stake.execute(id);
    }
}

/// @dev Stakers with tokens, and the times of a public network.
abstract contract StakeBase {
    uint256 internal constant STAKER_KEY = 0x57A4E;
    uint256 internal constant NOW = 1_800_000_000;
    address internal constant PAYMENTS = address(0x9A17);
    address internal staker = vm.addr(STAKER_KEY);
    GolemToken internal token;
    Stake internal stake;
    Puppet internal puppet;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(1_000);
        token = new GolemToken(address(this));
        token.mint(address(this), token.CAP());
        token.open();
        stake = new Stake(token, PAYMENTS, times());
        puppet = new Puppet();
    }

    function times() internal pure returns (Stake.Times memory) {
        return Stake.Times({
            exitDelay: 42 days,
            claimWindow: 14 days,
            claimLife: 27 days,
            slashDelay: 3 days,
            ageing: 30 days
        });
    }

    function stakeAs(address who, uint128 amount, address arbiter) internal {
        token.transfer(who, amount);
        vm.startPrank(who);
        token.approve(address(stake), amount);
        stake.stake(amount, arbiter);
        vm.stopPrank();
    }

    function signedDelivery(uint256 key, bytes32 agreement, uint32 index, string memory outputs)
        internal
        view
        returns (Stake.Signature memory)
    {
        bytes32 typehash = keccak256("Delivery(bytes32 agreementId,uint32 index,string outputs)");
        return signStruct(key, keccak256(abi.encode(typehash, agreement, uint256(index), keccak256(bytes(outputs)))));
    }

    function signedDraw(uint256 key, bytes32 draw, bytes32 value) internal view returns (Stake.Signature memory) {
        return signStruct(key, keccak256(abi.encode(keccak256("Draw(bytes32 draw,bytes32 value)"), draw, value)));
    }

    function signStruct(uint256 key, bytes32 hash) private view returns (Stake.Signature memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Golem"),
                keccak256("1"),
                block.chainid,
                PAYMENTS
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, hash)));
        return Stake.Signature(r, s | bytes32(uint256(v - 27) << 255));
    }
}
