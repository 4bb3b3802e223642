// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

/// @title Lists of those whom somebody advises against
/// @notice Every account (a key, a multisig, a panel's contract) has one list, and none is privileged: a list means
/// something to those who follow it. Entries name their evidence and expire. No money depends on any list: who is
/// listed redeems, collects and withdraws as before.
contract Blacklist {
    using EnumerableSet for EnumerableSet.Bytes32Set;

    /// @notice As what a subject is listed.
    enum Kind {
        Provider,
        Requestor,
        Author,
        Application
    }

    /// @param kind As what it is listed.
    /// @param listedAt Seconds since 1970.
    /// @param expiresAt From this second on the entry counts no more.
    /// @param subject An address, in the low 20 bytes, or an application's id in the registry.
    /// @param evidence CID of the evidence.
    /// @param appeal CID of the subject's answer; empty where there is none.
    struct Entry {
        Kind kind;
        uint64 listedAt;
        uint64 expiresAt;
        bytes32 subject;
        string evidence;
        string appeal;
    }

    /// @notice The longest life of an entry; it can be listed again.
    uint256 public constant MAX_SECONDS = 180 days;

    mapping(address owner => EnumerableSet.Bytes32Set) private _keys;
    mapping(address owner => mapping(bytes32 key => Entry)) private _entries;

    /// @notice An owner listed a subject, or listed it again.
    event Listed(
        address indexed owner, Kind indexed kind, bytes32 indexed subject, uint64 expiresAt, string evidence
    );
    /// @notice An owner took a subject off.
    event Delisted(address indexed owner, Kind indexed kind, bytes32 indexed subject);
    /// @notice Somebody answered to an entry.
    event Appealed(
        address indexed owner, Kind indexed kind, bytes32 indexed subject, address appellant, string statement
    );

    /// @notice An entry must expire in the future, within `MAX_SECONDS`.
    error ExpiryInvalid(uint64 expiresAt);
    /// @notice A subject is an address of at most 20 bytes, or an application's id; never 0.
    error SubjectInvalid(bytes32 subject);
    /// @notice A CID is 1 to 128 bytes.
    error TextInvalid(string text);
    /// @notice The list has no such entry.
    error NotListed();
    /// @notice Only who is listed may answer; for an application, anybody.
    error NotSubject();

    /// @notice Lists a subject on the caller's list, or lists it again with other evidence and expiry.
    /// @dev Reverts with `ExpiryInvalid`, `SubjectInvalid` or `TextInvalid`.
    /// @param subject An address, in the low 20 bytes, or an application's id.
    /// @param evidence CID of the evidence.
    /// @param expiresAt Seconds since 1970, at most `MAX_SECONDS` from now.
    function list(Kind kind, bytes32 subject, string calldata evidence, uint64 expiresAt) external {
        if (expiresAt <= block.timestamp || expiresAt > block.timestamp + MAX_SECONDS) revert ExpiryInvalid(expiresAt);
        if (subject == 0 || (kind != Kind.Application && uint256(subject) >> 160 != 0)) revert SubjectInvalid(subject);
        _checkText(evidence);
        bytes32 key = _keyOf(kind, subject);
        Entry storage entry = _entries[msg.sender][key];
        if (_keys[msg.sender].add(key)) (entry.kind, entry.subject) = (kind, subject);
        entry.listedAt = uint64(block.timestamp);
        entry.expiresAt = expiresAt;
        entry.evidence = evidence;
        emit Listed(msg.sender, kind, subject, expiresAt, evidence);
    }

    /// @notice Takes a subject off the caller's list.
    /// @dev Reverts with `NotListed`.
    function delist(Kind kind, bytes32 subject) external {
        bytes32 key = _keyOf(kind, subject);
        if (!_keys[msg.sender].remove(key)) revert NotListed();
        delete _entries[msg.sender][key];
        emit Delisted(msg.sender, kind, subject);
    }

    /// @notice Puts the caller's answer beside an entry of somebody's list. What follows from it is the owner's to decide.
    /// @dev The listed address only; for an application anybody, since this contract knows no authors.
    /// Reverts with `NotListed`, `NotSubject` or `TextInvalid`.
    /// @param statement CID of the answer.
    function appeal(address owner, Kind kind, bytes32 subject, string calldata statement) external {
        bytes32 key = _keyOf(kind, subject);
        if (!_keys[owner].contains(key)) revert NotListed();
        if (kind != Kind.Application && subject != bytes32(uint256(uint160(msg.sender)))) revert NotSubject();
        _checkText(statement);
        _entries[owner][key].appeal = statement;
        emit Appealed(owner, kind, subject, msg.sender, statement);
    }

    /// @notice Whether a list has this subject at present.
    function isListed(address owner, Kind kind, bytes32 subject) public view returns (bool) {
        return _entries[owner][_keyOf(kind, subject)].expiresAt > block.timestamp;
    }

    /// @notice Which of these lists have this subject at present.
    function areListed(address[] calldata owners, Kind kind, bytes32 subject) external view returns (bool[] memory on) {
        on = new bool[](owners.length);
        for (uint256 i = 0; i < owners.length; ++i) {
            on[i] = isListed(owners[i], kind, subject);
        }
    }

    /// @notice An entry, expired ones too; its `listedAt` is 0 where there is none.
    function entryOf(address owner, Kind kind, bytes32 subject) external view returns (Entry memory) {
        return _entries[owner][_keyOf(kind, subject)];
    }

    /// @notice How many entries a list has, expired ones too.
    function count(address owner) external view returns (uint256) {
        return _keys[owner].length();
    }

    /// @notice Entries of a list from `first` on, at most `limit`, expired ones too. In no order that lasts.
    function entries(address owner, uint256 first, uint256 limit) external view returns (Entry[] memory page) {
        uint256 all = _keys[owner].length();
        if (first >= all) return page;
        page = new Entry[](limit < all - first ? limit : all - first);
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = _entries[owner][_keys[owner].at(first + i)];
        }
    }

    function _keyOf(Kind kind, bytes32 subject) private pure returns (bytes32) {
        return keccak256(abi.encode(kind, subject));
    }

    function _checkText(string calldata text) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > 128) revert TextInvalid(text);
    }
}
