using OrleansKv.Gateway.Commands.Server;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Protocol.Commands;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

public sealed class CommandTests
{
    private readonly TestGateway _gateway = new();

    [Theory]
    [InlineData("command", 2)]
    [InlineData("command", 3)]
    [InlineData("command info", 2)]
    [InlineData("command docs", 2)]
    [InlineData("command docs", 3)]
    [InlineData("command list", 3)]
    [InlineData("latency histogram", 3)]
    [InlineData("memory stats", 3)]
    [InlineData("memory malloc-stats", 3)]
    [InlineData("info all", 3)]
    [InlineData("lolwut", 2)]
    [InlineData("function stats", 3)]
    [InlineData("debug protocol map", 3)]
    [InlineData("debug protocol set", 2)]
    public void Do_LargeReply_IsOneWholeValue(string line, int protocol)
    {
        SessionDriver client = _gateway.Connect();
        client.Do($"hello {protocol}");
        string reply = client.Do(line);
        Assert.Equal(reply.Length, RespReader.Skip(reply, 0));
        Assert.True(reply[0] != '-', reply);
    }

    [Fact]
    public void Command_EveryEntry_IsListedByCountListAndInfo()
    {
        SessionDriver client = _gateway.Connect();
        CommandEntry[] all = [.. _gateway.Server.Commands.All];
        Assert.Equal($":{all.Length}\r\n", client.Do("command count"));
        Assert.StartsWith($"*{all.Sum(c => 1 + c.Subcommands.Length)}\r\n", client.Do("command list"));
        foreach (CommandEntry command in all.SelectMany(c => c.Subcommands.Prepend(c)))
        {
            Assert.StartsWith($"*1\r\n*10\r\n${command.Spec.Name.Length}\r\n{command.Spec.Name}\r\n:{command.Spec.Arity}\r\n",
                client.Do($"command info {command.Spec.Name}"));
        }
    }

    [Fact]
    public void Command_Ids_AreDenseAndNamed()
    {
        IReadOnlyList<string> names = _gateway.Server.Commands.NamesById();
        CommandEntry[] all = [.. _gateway.Server.Commands.All.SelectMany(c => c.Subcommands.Prepend(c))];
        Assert.Equal(all.Length, names.Count);
        Assert.All(all, c => Assert.Equal(c.Spec.Name, names[c.Id]));
    }

    [Fact]
    public void Command_EveryCommandWithAWrongNumberOfWords_SaysSo()
    {
        SessionDriver client = _gateway.Connect();
        foreach (CommandEntry command in _gateway.Server.Commands.All.SelectMany(c => c.Subcommands.Prepend(c)))
        {
            string[] words = command.Spec.Name.Split('|');
            int wrong = command.Spec.Arity < 0 ? -command.Spec.Arity - 1 : command.Spec.Arity + 1;
            if (wrong < words.Length || command.Spec.Name == "exec") continue; // EXEC words it in its own way
            string[] call = [.. words, .. Enumerable.Repeat("x", wrong - words.Length)];
            if (command.Subcommands.Length > 0 && wrong > 1) continue; // the second word chooses
            Assert.Equal($"-ERR wrong number of arguments for '{command.Spec.Name}' command\r\n", client.Call(call));
        }
    }

    // Recorded from redis-server 7.0.15: flags, keys and categories.
    [Theory]
    [InlineData("auth", "noscript loading stale fast no_auth allow_busy", "@fast @connection")]
    [InlineData("shutdown", "admin noscript loading stale no_multi allow_busy", "@admin @slow @dangerous")]
    [InlineData("exec", "noscript loading stale skip_slowlog", "@slow @transaction")]
    [InlineData("publish", "pubsub loading stale fast", "@pubsub @fast")]
    [InlineData("subscribe", "pubsub noscript loading stale", "@pubsub @slow")]
    [InlineData("role", "noscript loading stale fast", "@admin @fast @dangerous")]
    [InlineData("lastsave", "loading stale fast", "@admin @fast @dangerous")]
    [InlineData("info", "loading stale", "@slow @dangerous")]
    [InlineData("wait", "noscript", "@slow @connection")]
    [InlineData("command", "loading stale", "@slow @connection")]
    [InlineData("lolwut", "readonly fast", "@read @fast")]
    [InlineData("swapdb", "write fast", "@keyspace @write @fast @dangerous")]
    [InlineData("move", "write fast", "@keyspace @write @fast")]
    [InlineData("client", "", "@slow")]
    [InlineData("client|list", "admin noscript loading stale", "@admin @slow @dangerous @connection")]
    [InlineData("config", "", "@slow")]
    [InlineData("memory|usage", "readonly", "@read @slow")]
    [InlineData("object", "", "@slow")]
    [InlineData("object|freq", "readonly", "@keyspace @read @slow")]
    [InlineData("object|help", "loading stale", "@keyspace @slow")]
    [InlineData("function|flush", "write noscript", "@write @slow @scripting")]
    [InlineData("pubsub|numpat", "pubsub loading stale", "@pubsub @slow")]
    [InlineData("asking", "fast", "@fast @connection")]
    [InlineData("readonly", "loading stale fast", "@fast @connection")]
    [InlineData("cluster", "", "@slow")]
    [InlineData("cluster|slots", "stale", "@slow")]
    [InlineData("cluster|help", "loading stale", "@slow")]
    [InlineData("cluster|replicas", "admin stale", "@admin @slow @dangerous")]
    [InlineData("cluster|reset", "admin noscript stale", "@admin @slow @dangerous")]
    [InlineData("set", "write denyoom", "@write @string @slow")]
    public void CommandInfo_FlagsAndCategories_AreRedis(string name, string flags, string categories)
    {
        string reply = _gateway.Connect().Do($"command info {name}");
        Assert.Contains(List(flags) + ":", reply);
        Assert.Contains(List(categories), reply);

        static string List(string words) =>
            words.Length == 0 ? "*0\r\n" : $"*{words.Split(' ').Length}\r\n" + string.Concat(words.Split(' ').Select(w => $"+{w}\r\n"));
    }

    [Theory]
    [InlineData("key [key ...]", "key*")]
    [InlineData("key value [key value ...]", "block(key string)*")]
    [InlineData("key value [NX | XX] [EX seconds | KEEPTTL]",
        "key string oneof(pure-token:NX pure-token:XX)? oneof(integer:EX pure-token:KEEPTTL)?")]
    [InlineData("[section [section ...]]", "string*?")]
    [InlineData("<AND | OR> destkey key [key ...]", "oneof(pure-token:AND pure-token:OR) key key*")]
    [InlineData("key [<GET encoding offset | [OVERFLOW <WRAP | SAT>] <SET value | INCRBY increment>> ...]",
        "key oneof(block(string:GET integer) block(oneof:OVERFLOW(pure-token:WRAP pure-token:SAT)? oneof(string:SET integer:INCRBY)))*?")]
    [InlineData("key [<GET encoding offset> ...]", "key block(string:GET integer)*?")]
    [InlineData("host port | NO ONE", "oneof(block(string integer) block(pure-token:NO pure-token:ONE))")]
    [InlineData("", "")]
    [InlineData("] | [", "")]
    [InlineData("> A < | <", "")]
    public void Parse_SyntaxLine_BecomesArguments(string syntax, string expected) =>
        Assert.Equal(expected, string.Join(' ', CommandSyntax.Parse(syntax).Select(Show)));

    [Theory]
    [InlineData("mset", "OW update", "a x b x", "a b")]
    [InlineData("bitop", "OW update,RO access", "and d a b", "d a b")]
    [InlineData("rename", "RW access delete,OW update", "a b", "a b")]
    [InlineData("del", "RM delete", "a b c", "a b c")]
    public void KeyAccess_OfDataCommands_IsRedis(string name, string flags, string call, string keys)
    {
        CommandSpec spec = DataCommands.All[DataCommands.IndexOf(name)!.Value];
        IReadOnlyList<KeyAccess> access = KeyAccess.Of(spec);
        string[] words = [name, .. call.Split(' ')];
        Assert.Equal(flags, string.Join(',', access.Select(a => string.Join(' ', a.Flags))));
        Assert.Equal(keys.Split(' '), access.SelectMany(a => a.Words(words.Length)).Select(w => words[w]));
    }

    private static string Show(CommandArgument argument) =>
        argument.Type + (argument.Token is { } token ? ":" + token : "")
        + (argument.Inner.Count > 0 ? $"({string.Join(' ', argument.Inner.Select(Show))})" : "")
        + (argument.IsMultiple ? "*" : "") + (argument.IsOptional ? "?" : "");
}
