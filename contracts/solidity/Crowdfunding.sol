// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {GolemToken} from "./GolemToken.sol";
import {TeamLock} from "./TeamLock.sol";

/// @title The crowdfunding of Golem
/// @notice Contributors get 1,000 GLM for each ETH at once, which do not move until the crowdfunding has succeeded. On
/// success they are 82 % of the supply, the team has 6 % (locked, then released in shares) and the company 12 % and the
/// ETH. On failure everybody takes back all of their ETH. Makes the token, and is all that ever mints it.
/// @dev No owner: terms are fixed when it is deployed, and every step may be taken by anyone. ETH in base units (wei).
contract Crowdfunding is ReentrancyGuardTransient {
    /// @notice Funding lasts until `endsAt` or the cap. Success from then on if the minimum was reached, else failure.
    enum State {
        Funding,
        Success,
        Failure
    }

    /// @param startsAt First second of the funding (since 1970).
    /// @param endsAt First second after it.
    /// @param minimumWei The ETH that makes it a success; for the public crowdfunding 150,000 ETH.
    /// @param capWei The ETH at which it ends at once; for the public crowdfunding 820,000 ETH, and never above that.
    /// @param company Gets 12 % of the tokens and the ETH.
    /// @param teamLockSeconds From success until the team's shares are released; for the public one 180 days.
    /// @param members The team.
    /// @param shares Each member's share of the 6 %, in any unit.
    struct Terms {
        uint64 startsAt;
        uint64 endsAt;
        uint128 minimumWei;
        uint128 capWei;
        address company;
        uint64 teamLockSeconds;
        address[] members;
        uint96[] shares;
    }

    /// @notice Tokens for each ETH, and base units for each base unit.
    uint256 public constant TOKENS_PER_ETH = 1_000;
    /// @notice Of the final supply, in percent: contributors, team, company.
    uint256 public constant CONTRIBUTORS_PERCENT = 82;
    uint256 public constant TEAM_PERCENT = 6;
    uint256 public constant COMPANY_PERCENT = 12;
    /// @notice A higher cap would exceed the token's own.
    uint256 public constant MAX_CAP_WEI = 820_000 ether;

    /// @notice The token that is sold; made by this contract.
    GolemToken public immutable token;
    /// @notice First second of the funding.
    uint64 public immutable startsAt;
    /// @notice First second after the funding.
    uint64 public immutable endsAt;
    /// @notice Contributions that make it a success.
    uint256 public immutable minimumWei;
    /// @notice Contributions at which it ends at once.
    uint256 public immutable capWei;
    /// @notice Who gets the company's tokens and the ETH.
    address public immutable company;
    /// @notice From success until the team's shares are released.
    uint64 public immutable teamLockSeconds;

    /// @notice Sum of all contributions; refunds do not lower it.
    uint256 public raisedWei;
    /// @notice What an account contributed and was not refunded.
    mapping(address contributor => uint256) public contributedWei;
    /// @notice Holds the team's tokens; made by `finalize`, 0 before.
    TeamLock public teamLock;

    address[] private _members;
    uint96[] private _shares;

    /// @notice A contribution was taken.
    event Contributed(address indexed contributor, uint256 amountWei, uint256 tokens);
    /// @notice Success: the token is open and the supply final.
    event Finalized(uint256 raisedWei, uint256 teamTokens, uint256 companyTokens, address teamLock);
    /// @notice Failure: a contributor took the ETH back.
    event Refunded(address indexed contributor, uint256 amountWei);
    /// @notice The company took the ETH.
    event Collected(uint256 amountWei);

    /// @notice The terms contradict one another.
    error TermsInvalid();
    /// @notice Contributions are taken from `startsAt` to before `endsAt`, below the cap, and above zero.
    error NotFunding();
    /// @notice Only after a success.
    error NotSuccessful();
    /// @notice It was finalized already.
    error AlreadyFinalized();
    /// @notice ETH leaves only after `finalize`.
    error NotFinalized();
    /// @notice Refunds are for a failure, and for who contributed.
    error NothingToRefund();

    /// @dev Reverts with `TermsInvalid`, or with `TeamLock.SharesInvalid`.
    constructor(Terms memory terms) {
        if (
            terms.startsAt >= terms.endsAt || terms.endsAt <= block.timestamp || terms.minimumWei == 0
                || terms.minimumWei > terms.capWei || terms.capWei > MAX_CAP_WEI || terms.company == address(0)
        ) revert TermsInvalid();
        // Made and thrown away: members and shares that no lock would take must not come up after the funding.
        new TeamLock(GolemToken(address(0)), 0, terms.members, terms.shares);
        token = new GolemToken(address(this));
        startsAt = terms.startsAt;
        endsAt = terms.endsAt;
        minimumWei = terms.minimumWei;
        capWei = terms.capWei;
        company = terms.company;
        teamLockSeconds = terms.teamLockSeconds;
        _members = terms.members;
        _shares = terms.shares;
    }

    /// @notice Contributes the ETH sent along.
    receive() external payable {
        contribute();
    }

    /// @notice Contributes the ETH sent along, as far as the cap allows; the rest is sent back at once.
    /// @dev Reverts with `NotFunding`.
    /// @return tokens What the caller got for it, in base units.
    function contribute() public payable nonReentrant returns (uint256 tokens) {
        if (block.timestamp < startsAt || state() != State.Funding || msg.value == 0) revert NotFunding();
        uint256 room = capWei - raisedWei;
        uint256 taken = msg.value < room ? msg.value : room;
        tokens = taken * TOKENS_PER_ETH;
        raisedWei += taken;
        contributedWei[msg.sender] += taken;
        token.mint(msg.sender, tokens);
        emit Contributed(msg.sender, taken, tokens);
        if (taken < msg.value) Address.sendValue(payable(msg.sender), msg.value - taken);
    }

    /// @notice Mints the team's and the company's tokens and opens the token. Anyone may call it, once, after a success.
    /// @dev Reverts with `NotSuccessful` or `AlreadyFinalized`.
    function finalize() external nonReentrant {
        if (state() != State.Success) revert NotSuccessful();
        if (isFinalized()) revert AlreadyFinalized();
        uint256 sold = raisedWei * TOKENS_PER_ETH;
        uint256 teamTokens = (sold * TEAM_PERCENT) / CONTRIBUTORS_PERCENT;
        uint256 companyTokens = (sold * COMPANY_PERCENT) / CONTRIBUTORS_PERCENT;
        teamLock = new TeamLock(token, uint64(block.timestamp) + teamLockSeconds, _members, _shares);
        token.mint(address(teamLock), teamTokens);
        token.mint(company, companyTokens);
        token.open();
        emit Finalized(raisedWei, teamTokens, companyTokens, address(teamLock));
    }

    /// @notice Sends the ETH to the company. Anyone may call it, after `finalize`.
    /// @dev Apart from `finalize`, so that a company that cannot take ETH does not keep the token closed.
    /// Reverts with `NotFinalized`.
    function collect() external nonReentrant {
        if (!isFinalized()) revert NotFinalized();
        uint256 amount = address(this).balance;
        emit Collected(amount);
        Address.sendValue(payable(company), amount);
    }

    /// @notice After a failure, takes the caller's tokens back and sends all of its ETH.
    /// @dev Reverts with `NothingToRefund`.
    function refund() external nonReentrant returns (uint256 amountWei) {
        amountWei = contributedWei[msg.sender];
        if (state() != State.Failure || amountWei == 0) revert NothingToRefund();
        contributedWei[msg.sender] = 0;
        token.takeBack(msg.sender, amountWei * TOKENS_PER_ETH);
        emit Refunded(msg.sender, amountWei);
        Address.sendValue(payable(msg.sender), amountWei);
    }

    /// @notice Funding (before its start, too), success or failure, by the clock and what was raised.
    function state() public view returns (State) {
        if (raisedWei == capWei) return State.Success;
        if (block.timestamp < endsAt) return State.Funding;
        return raisedWei >= minimumWei ? State.Success : State.Failure;
    }

    /// @notice Whether the token is open and the supply final.
    function isFinalized() public view returns (bool) {
        return address(teamLock) != address(0);
    }

    /// @notice The team, and each member's share in any unit.
    function team() external view returns (address[] memory members, uint96[] memory shares) {
        return (_members, _shares);
    }
}
