// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ApplicationRegistry} from "../../solidity/ApplicationRegistry.sol";
import {bound, vm} from "../Vm.sol";

contract ApplicationRegistryTest {
    address private constant AUTHOR = address(0xA1);
    address private constant VALIDATOR = address(0xB2);
    address private constant OTHER = address(0xC3);
    string private constant MANIFEST = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    ApplicationRegistry private registry;

    function setUp() public {
        vm.warp(1_800_000_000);
        registry = new ApplicationRegistry();
    }

    function test_what_was_published_is_there_for_ever() public {
        bytes32 id = publish(AUTHOR, "blender", "1.0");
        ApplicationRegistry.Application memory found = registry.applicationOf(id);
        vm.assertEq(found.author, AUTHOR, "author");
        vm.assertEq(found.publishedAt, 1_800_000_000, "publishedAt");
        vm.assertEq(found.royaltyBps, 500, "royalty");
        vm.assertEq(found.permissions, 5, "permissions");
        vm.assertEq(found.name, "blender", "name");
        vm.assertEq(found.version, "1.0", "version");
        vm.assertEq(found.manifest, MANIFEST, "manifest");
        vm.assertEq(registry.idByManifest(AUTHOR, MANIFEST), id, "by manifest");
        vm.assertEq(registry.idByManifest(OTHER, MANIFEST), 0, "of another author");
    }

    function test_nobody_rewrites_a_version_its_author_neither() public {
        bytes32 id = publish(AUTHOR, "blender", "1.0");
        vm.prank(AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(ApplicationRegistry.AlreadyPublished.selector, id));
        registry.publish("blender", "1.0", "bafkreiother", 0, 0);
        vm.assertEq(registry.applicationOf(id).manifest, MANIFEST, "as it was");
    }

    function test_names_are_their_authors_alone() public {
        bytes32 first = publish(AUTHOR, "blender", "1.0");
        bytes32 second = publish(OTHER, "blender", "1.0");
        vm.assertTrue(first != second, "two applications");
        vm.assertEq(registry.applicationOf(second).author, OTHER, "author");
    }

    /// (ab, c) is not (a, bc).
    function test_name_and_version_do_not_run_together() public {
        vm.assertTrue(publish(AUTHOR, "ab", "c") != publish(AUTHOR, "a", "bc"), "two applications");
    }

    function test_a_manifest_that_was_published_twice_stays_with_its_first_version() public {
        bytes32 id = publish(AUTHOR, "blender", "1.0");
        publish(AUTHOR, "blender", "1.1");
        vm.assertEq(registry.idByManifest(AUTHOR, MANIFEST), id, "the first");
    }

    function test_texts_are_neither_empty_nor_endless(uint256 length) public {
        length = bound(length, 65, 300);
        string memory long = string(new bytes(length));
        vm.startPrank(AUTHOR);
        expectText("");
        registry.publish("", "1", MANIFEST, 0, 0);
        expectText("");
        registry.publish("a", "", MANIFEST, 0, 0);
        expectText("");
        registry.publish("a", "1", "", 0, 0);
        expectText(long);
        registry.publish(long, "1", MANIFEST, 0, 0);
        expectText(long);
        registry.publish("a", long, MANIFEST, 0, 0);
        if (length > 128) expectText(long);
        registry.publish("a", "1", long, 0, 0);
        vm.stopPrank();
    }

    function test_a_royalty_is_what_the_payment_contract_allows(uint16 royaltyBps) public {
        vm.prank(AUTHOR);
        if (royaltyBps > 2_000) {
            vm.expectRevert(abi.encodeWithSelector(ApplicationRegistry.RoyaltyInvalid.selector, royaltyBps));
        }
        registry.publish("a", "1", MANIFEST, 0, royaltyBps);
    }

    function test_its_author_alone_deprecates_and_for_ever() public {
        bytes32 id = publish(AUTHOR, "blender", "1.0");
        vm.prank(OTHER);
        vm.expectRevert(abi.encodeWithSelector(ApplicationRegistry.NotAuthor.selector, AUTHOR));
        registry.deprecate(id, "bafkreason");
        vm.startPrank(AUTHOR);
        registry.deprecate(id, "bafkreason");
        vm.expectRevert(ApplicationRegistry.AlreadyDeprecated.selector);
        registry.deprecate(id, "bafkreason");
        vm.stopPrank();
        vm.assertTrue(registry.applicationOf(id).isDeprecated, "deprecated");
        vm.assertEq(registry.applicationOf(id).manifest, MANIFEST, "and otherwise as it was");
    }

    function test_each_validator_speaks_for_itself() public {
        bytes32 id = publish(AUTHOR, "blender", "1.0");
        vm.prank(VALIDATOR);
        registry.certify(id, "bafkgood");
        vm.prank(OTHER);
        registry.denounce(id, "bafkbad");
        ApplicationRegistry.Statement[] memory said = statements(id);
        vm.assertTrue(said[0].verdict == ApplicationRegistry.Verdict.Certified, "certified");
        vm.assertEq(said[0].reason, "bafkgood", "its reason");
        vm.assertEq(said[0].statedAt, 1_800_000_000, "its time");
        vm.assertTrue(said[1].verdict == ApplicationRegistry.Verdict.Denounced, "denounced");
        vm.assertTrue(said[2].verdict == ApplicationRegistry.Verdict.None, "silent");
    }

    function test_a_validators_last_word_counts() public {
        bytes32 id = publish(AUTHOR, "blender", "1.0");
        vm.startPrank(VALIDATOR);
        registry.certify(id, "bafkgood");
        registry.denounce(id, "bafkbad");
        vm.assertTrue(statements(id)[0].verdict == ApplicationRegistry.Verdict.Denounced, "denounced");
        registry.retract(id, "bafkerror");
        vm.stopPrank();
        vm.assertTrue(statements(id)[0].verdict == ApplicationRegistry.Verdict.None, "taken back");
        vm.assertEq(statements(id)[0].reason, "bafkerror", "with a reason");
    }

    function test_nothing_is_said_of_what_was_not_published(bytes32 id) public {
        bytes memory unknown = abi.encodeWithSelector(ApplicationRegistry.UnknownApplication.selector, id);
        vm.expectRevert(unknown);
        registry.certify(id, "bafk");
        vm.expectRevert(unknown);
        registry.denounce(id, "bafk");
        vm.expectRevert(unknown);
        registry.deprecate(id, "bafk");
    }

    function test_a_verdict_has_a_reason() public {
        bytes32 id = publish(AUTHOR, "blender", "1.0");
        expectText("");
        registry.certify(id, "");
        expectText("");
        registry.denounce(id, "");
    }

    function test_all_ids_can_be_paged_through(uint256 first, uint256 limit) public {
        bytes32[] memory all = new bytes32[](7);
        for (uint256 i = 0; i < 7; ++i) {
            all[i] = publish(AUTHOR, "a", string(abi.encodePacked(bytes1(uint8(48 + i)))));
        }
        first = bound(first, 0, 9);
        limit = limit % 2 == 0 ? bound(limit, 0, 9) : limit;
        bytes32[] memory page = registry.ids(first, limit);
        uint256 there = first >= 7 ? 0 : 7 - first;
        vm.assertEq(page.length, limit < there ? limit : there, "length");
        for (uint256 i = 0; i < page.length; ++i) {
            vm.assertEq(page[i], all[first + i], "in order");
        }
        vm.assertEq(registry.count(), 7, "count");
    }

    function publish(address author, string memory name, string memory version) private returns (bytes32 id) {
        vm.prank(author);
        id = registry.publish(name, version, MANIFEST, 5, 500);
        vm.assertEq(id, registry.idOf(author, name, version), "id");
    }

    function statements(bytes32 id) private view returns (ApplicationRegistry.Statement[] memory) {
        address[] memory validators = new address[](3);
        (validators[0], validators[1], validators[2]) = (VALIDATOR, OTHER, AUTHOR);
        return registry.statementsOf(id, validators);
    }

    function expectText(string memory text) private {
        vm.expectRevert(abi.encodeWithSelector(ApplicationRegistry.TextInvalid.selector, text));
    }
}
