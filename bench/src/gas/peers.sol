// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// What the payment contract is measured against: batches of payments as others make them, by their published
// interfaces, written for this benchmark alone.

/// A token as plain as they come.
contract Token {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event BatchTransfer(address indexed from, address indexed to, uint256 value, uint64 closureTime);

    constructor() {
        balanceOf[msg.sender] = 1e27;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
        return true;
    }

    /// Classic Golem (2017 to 2020): the token itself pays many, 96 bits of amount and the address in one word.
    function batchTransfer(bytes32[] calldata payments, uint64 closureTime) external {
        uint256 balance = balanceOf[msg.sender];
        for (uint256 i = 0; i < payments.length; ++i) {
            address to = address(uint160(uint256(payments[i])));
            uint256 value = uint256(payments[i]) >> 160;
            require(to != address(0) && to != msg.sender);
            balance -= value;
            balanceOf[to] += value;
            emit BatchTransfer(msg.sender, to, value, closureTime);
        }
        balanceOf[msg.sender] = balance;
    }
}

/// Today's Golem: a contract with an allowance moves tokens to one payee after the other.
contract MultiTransfer {
    Token private immutable token;

    constructor(Token token_) {
        token = token_;
    }

    function transfer(address[] calldata recipients, uint256[] calldata amounts) external {
        require(recipients.length == amounts.length);
        for (uint256 i = 0; i < recipients.length; ++i) {
            require(token.transferFrom(msg.sender, recipients[i], amounts[i]));
        }
    }
}
