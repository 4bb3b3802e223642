// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What applications exist, and what validators say of them
/// @notice Append-only, without owner. An application is (author, name, version): names belong to their author, there are
/// no global ones, and nobody can take an entry away or change it. Validators certify or denounce, each for itself;
/// whom to believe is every provider's own choice.
contract ApplicationRegistry {
    /// @param author Who published it, and gets its royalty.
    /// @param publishedAt Seconds since 1970.
    /// @param royaltyBps The author's share of what is paid, in basis points.
    /// @param isDeprecated Whether the author advises against it.
    /// @param permissions What it asks of a provider's machine, as bits that the nodes define; 0 asks for nothing.
    /// @param name Of the author's choosing, 1 to 64 bytes.
    /// @param version Of the author's choosing, 1 to 64 bytes.
    /// @param manifest CID of the manifest, 1 to 128 bytes.
    struct Application {
        address author;
        uint64 publishedAt;
        uint16 royaltyBps;
        bool isDeprecated;
        uint256 permissions;
        string name;
        string version;
        string manifest;
    }

    /// @notice What a validator says.
    enum Verdict {
        None,
        Certified,
        Denounced
    }

    /// @param statedAt Seconds since 1970.
    /// @param reason CID of the reason.
    struct Statement {
        Verdict verdict;
        uint64 statedAt;
        string reason;
    }

    /// @notice The most that an author may take: 20 %, as the payment contract has it.
    uint256 public constant MAX_ROYALTY_BPS = 2_000;

    bytes32[] private _ids;
    mapping(bytes32 id => Application) private _applications;
    mapping(bytes32 authorAndManifest => bytes32 id) private _idByManifest;
    mapping(bytes32 id => mapping(address validator => Statement)) private _statements;

    /// @notice An application was published.
    event Published(bytes32 indexed id, address indexed author, string name, string version, string manifest);
    /// @notice Its author advises against it from now on.
    event Deprecated(bytes32 indexed id, string reason);
    /// @notice A validator spoke; what it said before no longer counts.
    event Stated(bytes32 indexed id, address indexed validator, Verdict verdict, string reason);

    /// @notice The author has published this name and version before.
    error AlreadyPublished(bytes32 id);
    /// @notice There is no such application.
    error UnknownApplication(bytes32 id);
    /// @notice Only its author may do this.
    error NotAuthor(address author);
    /// @notice It was deprecated before.
    error AlreadyDeprecated();
    /// @notice A text is empty or too long.
    error TextInvalid(string text);
    /// @notice The royalty exceeds `MAX_ROYALTY_BPS`.
    error RoyaltyInvalid(uint16 royaltyBps);

    /// @notice Publishes an application of the caller's. For ever: it can be deprecated, not changed.
    /// @dev Reverts with `AlreadyPublished`, `TextInvalid` or `RoyaltyInvalid`.
    function publish(
        string calldata name,
        string calldata version,
        string calldata manifest,
        uint256 permissions,
        uint16 royaltyBps
    ) external returns (bytes32 id) {
        _checkText(name, 64);
        _checkText(version, 64);
        _checkText(manifest, 128);
        if (royaltyBps > MAX_ROYALTY_BPS) revert RoyaltyInvalid(royaltyBps);
        id = idOf(msg.sender, name, version);
        if (_applications[id].publishedAt != 0) revert AlreadyPublished(id);
        _applications[id] = Application({
            author: msg.sender,
            publishedAt: uint64(block.timestamp),
            royaltyBps: royaltyBps,
            isDeprecated: false,
            permissions: permissions,
            name: name,
            version: version,
            manifest: manifest
        });
        _ids.push(id);
        bytes32 key = _manifestKey(msg.sender, manifest);
        if (_idByManifest[key] == 0) _idByManifest[key] = id;
        emit Published(id, msg.sender, name, version, manifest);
    }

    /// @notice Advises against an application of the caller's, for ever.
    /// @dev Reverts with `UnknownApplication`, `NotAuthor`, `AlreadyDeprecated` or `TextInvalid`.
    /// @param reason CID of the reason.
    function deprecate(bytes32 id, string calldata reason) external {
        Application storage application = _known(id);
        if (application.author != msg.sender) revert NotAuthor(application.author);
        if (application.isDeprecated) revert AlreadyDeprecated();
        _checkText(reason, 128);
        application.isDeprecated = true;
        emit Deprecated(id, reason);
    }

    /// @notice The caller, as a validator, vouches for an application.
    /// @dev Reverts with `UnknownApplication` or `TextInvalid`.
    /// @param reason CID of the reason.
    function certify(bytes32 id, string calldata reason) external {
        _state(id, Verdict.Certified, reason);
    }

    /// @notice The caller, as a validator, warns of an application.
    /// @dev Reverts with `UnknownApplication` or `TextInvalid`.
    /// @param reason CID of the reason.
    function denounce(bytes32 id, string calldata reason) external {
        _state(id, Verdict.Denounced, reason);
    }

    /// @notice The caller, as a validator, takes its word back.
    /// @dev Reverts with `UnknownApplication` or `TextInvalid`.
    /// @param reason CID of the reason.
    function retract(bytes32 id, string calldata reason) external {
        _state(id, Verdict.None, reason);
    }

    /// @notice keccak256(abi.encode(author, name, version)).
    function idOf(address author, string calldata name, string calldata version) public pure returns (bytes32) {
        return keccak256(abi.encode(author, name, version));
    }

    /// @notice The first application that this author published with this manifest; 0 where there is none.
    function idByManifest(address author, string calldata manifest) external view returns (bytes32) {
        return _idByManifest[_manifestKey(author, manifest)];
    }

    /// @notice An application; its `publishedAt` is 0 where there is none.
    function applicationOf(bytes32 id) external view returns (Application memory) {
        return _applications[id];
    }

    /// @notice What each validator says of an application, in the order asked.
    function statementsOf(bytes32 id, address[] calldata validators)
        external
        view
        returns (Statement[] memory statements)
    {
        statements = new Statement[](validators.length);
        for (uint256 i = 0; i < validators.length; ++i) {
            statements[i] = _statements[id][validators[i]];
        }
    }

    /// @notice How many applications were published.
    function count() external view returns (uint256) {
        return _ids.length;
    }

    /// @notice Ids in the order of publication, from `first` on, at most `limit`.
    function ids(uint256 first, uint256 limit) external view returns (bytes32[] memory page) {
        uint256 all = _ids.length;
        if (first >= all) return page;
        page = new bytes32[](limit < all - first ? limit : all - first);
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = _ids[first + i];
        }
    }

    function _state(bytes32 id, Verdict verdict, string calldata reason) private {
        _known(id);
        _checkText(reason, 128);
        _statements[id][msg.sender] = Statement(verdict, uint64(block.timestamp), reason);
        emit Stated(id, msg.sender, verdict, reason);
    }

    function _known(bytes32 id) private view returns (Application storage application) {
        application = _applications[id];
        if (application.publishedAt == 0) revert UnknownApplication(id);
    }

    function _manifestKey(address author, string calldata manifest) private pure returns (bytes32) {
        return keccak256(abi.encode(author, manifest));
    }

    function _checkText(string calldata text, uint256 limit) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > limit) revert TextInvalid(text);
    }
}
