// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Stake} from "../../solidity/Stake.sol";
import {vm} from "../Vm.sol";
import {StakeBase} from "./StakeBase.sol";

/// @dev What nodes sign, this contract reads: packages/protocol/src/delivery.test.ts makes the same signatures.
contract StakeVectorsTest is StakeBase {
    function test_two_deliveries_that_a_node_signed_burn_its_stake() public {
        vm.chainId(31337);
        stake = new Stake(token, 0x5FbDB2315678afecb367f032d93F642f64180aa3, times());
        address node = 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A;
        stakeAs(node, 7 ether, address(0));
        Stake.Signature[2] memory signatures = [
            Stake.Signature(
                0x468e3eb13541c321e34621bcf931df7f2bf79a010d8b36eef592082f36b8b2de,
                0x4cf5f2b2858fffc8d3d59ddca7a05627daf15c1566ce0f7287abd141183a02f9
            ),
            Stake.Signature(
                0xbbe06bbc78e37cc474150509d303f704ed798941b0c6ca97c37d90924b3e20e7,
                0x9200482bf52dc4eb9d247df80a0c560063a3635804f028ef9768a9be719cfabf
            )
        ];
        uint256 burned = stake.slashDeliveries(
            node,
            keccak256("agreement"),
            7,
            [
                "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
                "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
            ],
            signatures
        );
        vm.assertEq(burned, 7 ether, "burned");
    }
}
