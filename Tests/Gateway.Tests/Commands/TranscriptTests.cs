using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>Replies that were recorded from redis-server 7.0.15, byte for byte.</summary>
public sealed class TranscriptTests
{
    [Theory]
    [InlineData("config", "-ERR wrong number of arguments for 'config' command\r\n")]
    [InlineData("config foo", "-ERR unknown subcommand 'foo'. Try CONFIG HELP.\r\n")]
    [InlineData("config get", "-ERR wrong number of arguments for 'config|get' command\r\n")]
    [InlineData("config get foo", "*0\r\n")]
    [InlineData("CONFIG GET maxmemory", "*2\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n")]
    [InlineData("config set a", "-ERR wrong number of arguments for 'config|set' command\r\n")]
    [InlineData("config set a b", "-ERR Unknown option or number of arguments for CONFIG SET - 'a'\r\n")]
    [InlineData("config set maxmemory abc",
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value\r\n")]
    [InlineData("config set maxmemory 0 timeout", "-ERR syntax error\r\n")]
    [InlineData("config set maxmemory 100 timeout 3", "+OK\r\n")]
    [InlineData("config resetstat", "+OK\r\n")]
    [InlineData("config resetstat x", "-ERR wrong number of arguments for 'config|resetstat' command\r\n")]
    [InlineData("config rewrite", "-ERR The server is running without a config file\r\n")]
    [InlineData("config help", "*11\r\n+CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n+GET <pattern>\r\n+    Return "
        + "parameters matching the glob-like <pattern> and their values.\r\n+SET <directive> <value>\r\n+    Set the configuration "
        + "<directive> to <value>.\r\n+RESETSTAT\r\n+    Reset statistics reported by the INFO command.\r\n+REWRITE\r\n+    Rewrite the "
        + "configuration file.\r\n+HELP\r\n+    Prints this help.\r\n")]
    [InlineData("acl log", "*0\r\n")]
    [InlineData("acl log x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("acl log 1 2", "-ERR unknown subcommand or wrong number of arguments for 'log'. Try ACL HELP.\r\n")]
    [InlineData("acl log -1", "*0\r\n")]
    [InlineData("acl log reset", "+OK\r\n")]
    [InlineData("acl genpass 5000", "-ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
        + "4096\r\n")]
    [InlineData("acl genpass x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("acl genpass 1 2", "-ERR unknown subcommand or wrong number of arguments for 'genpass'. Try ACL HELP.\r\n")]
    [InlineData("acl dryrun default get a", "+OK\r\n")]
    [InlineData("acl dryrun nobody get a", "-ERR User 'nobody' not found\r\n")]
    [InlineData("acl dryrun default nosuch a", "-ERR Command 'nosuch' not found\r\n")]
    [InlineData("acl dryrun default get", "-ERR wrong number of arguments for 'get' command\r\n")]
    [InlineData("acl dryrun default", "-ERR wrong number of arguments for 'acl|dryrun' command\r\n")]
    [InlineData("acl dryrun default config get a", "+OK\r\n")]
    [InlineData("acl dryrun default config nope a", "-ERR Command 'config' not found\r\n")]
    [InlineData("memory", "-ERR wrong number of arguments for 'memory' command\r\n")]
    [InlineData("memory foo", "-ERR unknown subcommand 'foo'. Try MEMORY HELP.\r\n")]
    [InlineData("memory usage", "-ERR wrong number of arguments for 'memory|usage' command\r\n")]
    [InlineData("object", "-ERR wrong number of arguments for 'object' command\r\n")]
    [InlineData("object nope a", "-ERR unknown subcommand 'nope'. Try OBJECT HELP.\r\n")]
    [InlineData("object freq", "-ERR wrong number of arguments for 'object|freq' command\r\n")]
    [InlineData("object encoding a b", "-ERR wrong number of arguments for 'object|encoding' command\r\n")]
    [InlineData("object help x", "-ERR wrong number of arguments for 'object|help' command\r\n")]
    [InlineData("memory doctor", "$268\r\nHi Sam, this instance is empty or is using very little memory, my issues detector can't be "
        + "used in these conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be back "
        + "to our programming as soon as I finished rebooting.\n\r\n")]
    [InlineData("memory purge", "+OK\r\n")]
    [InlineData("memory stats x", "-ERR wrong number of arguments for 'memory|stats' command\r\n")]
    [InlineData("lastsave x", "-ERR wrong number of arguments for 'lastsave' command\r\n")]
    [InlineData("save x", "-ERR wrong number of arguments for 'save' command\r\n")]
    [InlineData("bgsave", "+Background saving started\r\n")]
    [InlineData("bgsave foo", "-ERR syntax error\r\n")]
    [InlineData("bgsave schedule x", "-ERR syntax error\r\n")]
    [InlineData("bgrewriteaof", "+Background append only file rewriting started\r\n")]
    [InlineData("shutdown foo", "-ERR syntax error\r\n")]
    [InlineData("shutdown abort", "-ERR No shutdown in progress.\r\n")]
    [InlineData("shutdown nosave save", "-ERR syntax error\r\n")]
    [InlineData("shutdown save nosave", "-ERR syntax error\r\n")]
    [InlineData("shutdown abort now", "-ERR syntax error\r\n")]
    [InlineData("time", "*2\r\n$10\r\n1700000000\r\n$1\r\n0\r\n")]
    [InlineData("role", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n")]
    [InlineData("wait a 0", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("wait 0 a", "-ERR timeout is not an integer or out of range\r\n")]
    [InlineData("wait 0 -1", "-ERR timeout is negative\r\n")]
    [InlineData("wait 0 0", ":0\r\n")]
    [InlineData("replicaof no one", "+OK\r\n")]
    [InlineData("slaveof no one", "+OK\r\n")]
    [InlineData("replicaof a", "-ERR wrong number of arguments for 'replicaof' command\r\n")]
    [InlineData("replicaof a b", "-ERR Invalid master port\r\n")]
    [InlineData("replicaof 127.0.0.1 99999", "-ERR Invalid master port\r\n")]
    [InlineData("readonly", "-ERR This instance has cluster support disabled\r\n")]
    [InlineData("readwrite", "-ERR This instance has cluster support disabled\r\n")]
    [InlineData("asking", "-ERR This instance has cluster support disabled\r\n")]
    [InlineData("cluster info", "-ERR This instance has cluster support disabled\r\n")]
    [InlineData("cluster keyslot a", "-ERR This instance has cluster support disabled\r\n")]
    [InlineData("cluster", "-ERR wrong number of arguments for 'cluster' command\r\n")]
    [InlineData("cluster foo", "-ERR unknown subcommand 'foo'. Try CLUSTER HELP.\r\n")]
    [InlineData("swapdb 0 0", "+OK\r\n")]
    [InlineData("swapdb a b", "-ERR invalid first DB index\r\n")]
    [InlineData("swapdb 0 b", "-ERR invalid second DB index\r\n")]
    [InlineData("move a 0", "-ERR source and destination objects are the same\r\n")]
    [InlineData("move a 99", "-ERR DB index is out of range\r\n")]
    [InlineData("move a x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("acl whoami", "$7\r\ndefault\r\n")]
    [InlineData("acl list", "*1\r\n$34\r\nuser default on nopass ~* &* +@all\r\n")]
    [InlineData("acl users", "*1\r\n$7\r\ndefault\r\n")]
    [InlineData("acl cat", "*21\r\n$8\r\nkeyspace\r\n$4\r\nread\r\n$5\r\nwrite\r\n$3\r\nset\r\n$9\r\nsortedset\r\n$4\r\nlist\r\n$4\r\n"
        + "hash\r\n$6\r\nstring\r\n$6\r\nbitmap\r\n$11\r\nhyperloglog\r\n$3\r\ngeo\r\n$6\r\nstream\r\n$6\r\npubsub\r\n$5\r\nadmin\r\n"
        + "$4\r\nfast\r\n$4\r\nslow\r\n$8\r\nblocking\r\n$9\r\ndangerous\r\n"
        + "$10\r\nconnection\r\n$11\r\ntransaction\r\n$9\r\nscripting\r\n")]
    [InlineData("acl cat foo", "-ERR Unknown category 'foo'\r\n")]
    [InlineData("acl cat a b", "-ERR unknown subcommand or wrong number of arguments for 'cat'. Try ACL HELP.\r\n")]
    [InlineData("acl getuser default", "*12\r\n$5\r\nflags\r\n*2\r\n$2\r\non\r\n$6\r\nnopass\r\n$9\r\npasswords\r\n*0\r\n$8\r\n"
        + "commands\r\n$5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~*\r\n$8\r\nchannels\r\n$2\r\n&*\r\n$9\r\nselectors\r\n*0\r\n")]
    [InlineData("acl getuser nope", "$-1\r\n")]
    [InlineData("acl foo", "-ERR unknown subcommand 'foo'. Try ACL HELP.\r\n")]
    [InlineData("command count x", "-ERR wrong number of arguments for 'command|count' command\r\n")]
    [InlineData("command foo", "-ERR unknown subcommand 'foo'. Try COMMAND HELP.\r\n")]
    [InlineData("command list filterby", "-ERR syntax error\r\n")]
    [InlineData("command list filterby foo bar", "-ERR syntax error\r\n")]
    [InlineData("command list filterby pattern config|g*", "*1\r\n$10\r\nconfig|get\r\n")]
    [InlineData("command list filterby aclcat foo", "*0\r\n")]
    [InlineData("command list filterby module foo", "*0\r\n")]
    [InlineData("command info get nope config|get", "*3\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n"
        + "*3\r\n+@read\r\n+@string\r\n+@fast\r\n*0\r\n*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RO\r\n+access\r\n$12\r\nbegin_search\r\n*4\r\n"
        + "$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:1\r\n$9\r\nfind_keys\r\n*4\r\n$4\r\ntype\r\n$5\r\nrange\r\n"
        + "$4\r\nspec\r\n*6\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n*0\r\n$-1\r\n*10\r\n$10\r\nconfig|"
        + "get\r\n:-3\r\n*4\r\n+admin\r\n+noscript\r\n+loading\r\n+stale\r\n:0\r\n:0\r\n:0\r\n*3\r\n+@admin\r\n+@slow\r\n+@dangerous\r\n"
        + "*0\r\n*0\r\n*0\r\n")]
    [InlineData("command docs nope", "*0\r\n")]
    [InlineData("command getkeys get", "-ERR wrong number of arguments for 'command|getkeys' command\r\n")]
    [InlineData("command getkeys get a", "*1\r\n$1\r\na\r\n")]
    [InlineData("command getkeys config get a", "-ERR The command has no key arguments\r\n")]
    [InlineData("command getkeys memory usage a", "*1\r\n$1\r\na\r\n")]
    [InlineData("command getkeys object freq a", "*1\r\n$1\r\na\r\n")]
    [InlineData("command getkeys object freq", "-ERR Invalid number of arguments specified for command\r\n")]
    [InlineData("command getkeys object help", "-ERR The command has no key arguments\r\n")]
    [InlineData("command getkeys object nope", "-ERR Invalid command specified\r\n")]
    [InlineData("command getkeysandflags get a", "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+RO\r\n+access\r\n")]
    [InlineData("slowlog", "-ERR wrong number of arguments for 'slowlog' command\r\n")]
    [InlineData("slowlog foo", "-ERR unknown subcommand 'foo'. Try SLOWLOG HELP.\r\n")]
    [InlineData("slowlog get a", "-ERR count should be greater than or equal to -1\r\n")]
    [InlineData("slowlog get -2", "-ERR count should be greater than or equal to -1\r\n")]
    [InlineData("slowlog get 1 2", "-ERR unknown subcommand or wrong number of arguments for 'get'. Try SLOWLOG HELP.\r\n")]
    [InlineData("slowlog len", ":0\r\n")]
    [InlineData("slowlog reset", "+OK\r\n")]
    [InlineData("slowlog help", "*12\r\n+SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n+GET [<count>]\r\n+    "
        + "Return top <count> entries from the slowlog (default: 10, -1 mean all).\r\n+    Entries are made of:\r\n+    id, timestamp, "
        + "time in microseconds, arguments array, client IP and port,\r\n+    client name\r\n+LEN\r\n+    Return the length of the "
        + "slowlog.\r\n+RESET\r\n+    Reset the slowlog.\r\n+HELP\r\n+    Prints this help.\r\n")]
    [InlineData("latency latest", "*0\r\n")]
    [InlineData("latency history foo", "*0\r\n")]
    [InlineData("latency history foo bar", "-ERR wrong number of arguments for 'latency|history' command\r\n")]
    [InlineData("latency graph foo", "-ERR No samples available for event 'foo'\r\n")]
    [InlineData("latency reset", ":0\r\n")]
    [InlineData("latency reset a b", ":0\r\n")]
    [InlineData("latency doctor", "$288\r\nI'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. You "
        + "may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable it. If we weren't in a deep space mission "
        + "I'd suggest to take a look at https://redis.io/topics/latency-monitor.\n\r\n")]
    [InlineData("latency histogram nope", "*0\r\n")]
    [InlineData("debug", "-ERR wrong number of arguments for 'debug' command\r\n")]
    [InlineData("debug foo", "-ERR unknown subcommand or wrong number of arguments for 'foo'. Try DEBUG HELP.\r\n")]
    [InlineData("debug sleep", "-ERR unknown subcommand or wrong number of arguments for 'sleep'. Try DEBUG HELP.\r\n")]
    [InlineData("debug sleep a", "+OK\r\n")]
    [InlineData("debug sleep 0", "+OK\r\n")]
    [InlineData("debug set-active-expire 1", "+OK\r\n")]
    [InlineData("debug set-active-expire",
        "-ERR unknown subcommand or wrong number of arguments for 'set-active-expire'. Try DEBUG HELP.\r\n")]
    [InlineData("debug jmap", "-ERR unknown subcommand or wrong number of arguments for 'jmap'. Try DEBUG HELP.\r\n")]
    [InlineData("debug protocol push", "-ERR RESP2 is not supported by this command\r\n")]
    [InlineData("monitor x", "-ERR wrong number of arguments for 'monitor' command\r\n")]
    [InlineData("function flush", "+OK\r\n")]
    [InlineData("function flush async", "+OK\r\n")]
    [InlineData("function flush foo", "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option\r\n")]
    [InlineData("function list", "*0\r\n")]
    [InlineData("function list withcode", "*0\r\n")]
    [InlineData("function list foo", "-ERR Unknown argument foo\r\n")]
    [InlineData("function list libraryname", "-ERR library name argument was not given\r\n")]
    [InlineData("function foo", "-ERR unknown subcommand 'foo'. Try FUNCTION HELP.\r\n")]
    [InlineData("lolwut version a", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("info foo", "$0\r\n\r\n")]
    [InlineData("client no-evict", "-ERR wrong number of arguments for 'client|no-evict' command\r\n")]
    [InlineData("client kill", "-ERR wrong number of arguments for 'client|kill' command\r\n")]
    [InlineData("client pause", "-ERR wrong number of arguments for 'client|pause' command\r\n")]
    [InlineData("client list foo", "-ERR syntax error\r\n")]
    [InlineData("client list type foo", "-ERR Unknown client type 'foo'\r\n")]
    [InlineData("client list id", "-ERR syntax error\r\n")]
    [InlineData("client list id a", "-ERR Invalid client ID\r\n")]
    [InlineData("client pause a", "-ERR timeout is not an integer or out of range\r\n")]
    [InlineData("client pause -1", "-ERR timeout is negative\r\n")]
    [InlineData("client pause 1 foo", "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n")]
    [InlineData("client unpause", "+OK\r\n")]
    [InlineData("client reply foo", "-ERR syntax error\r\n")]
    [InlineData("client no-evict foo", "-ERR syntax error\r\n")]
    [InlineData("client setname \"a b\"", "-ERR Client names cannot contain spaces, newlines or special characters.\r\n")]
    [InlineData("client foo", "-ERR unknown subcommand 'foo'. Try CLIENT HELP.\r\n")]
    [InlineData("pubsub", "-ERR wrong number of arguments for 'pubsub' command\r\n")]
    [InlineData("pubsub foo", "-ERR unknown subcommand 'foo'. Try PUBSUB HELP.\r\n")]
    [InlineData("pubsub numsub", "*0\r\n")]
    [InlineData("pubsub channels a b", "-ERR unknown subcommand or wrong number of arguments for 'channels'. Try PUBSUB HELP.\r\n")]
    [InlineData("pubsub shardchannels", "*0\r\n")]
    [InlineData("pubsub shardnumsub", "*0\r\n")]
    [InlineData("pubsub help", "*14\r\n+PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n+CHANNELS [<pattern>]\r\n+    "
        + "Return the currently active channels matching a <pattern> (default: '*').\r\n+NUMPAT\r\n+    Return number of subscriptions "
        + "to patterns.\r\n+NUMSUB [<channel> ...]\r\n+    Return the number of subscribers for the specified channels, excluding\r\n+   "
        + " pattern subscriptions(default: no channels).\r\n+SHARDCHANNELS [<pattern>]\r\n+    Return the currently active shard level "
        + "channels matching a <pattern> (default: '*').\r\n+SHARDNUMSUB [<shardchannel> ...]\r\n+    Return the number of subscribers "
        + "for the specified shard level channel(s)\r\n+HELP\r\n+    Prints this help.\r\n")]
    [InlineData("client pause 10 WRITE x", "-ERR unknown subcommand or wrong number of arguments for 'pause'. Try CLIENT HELP.\r\n")]
    [InlineData("client pause 010", "-ERR timeout is not an integer or out of range\r\n")]
    [InlineData("client kill id 01", "-ERR client-id should be greater than 0\r\n")]
    [InlineData("client kill id 0", "-ERR client-id should be greater than 0\r\n")]
    [InlineData("client list id 0", "$0\r\n\r\n")]
    [InlineData("client list id 01", "-ERR Invalid client ID\r\n")]
    [InlineData("client list type FOO", "-ERR Unknown client type 'FOO'\r\n")]
    [InlineData("client getredir", ":-1\r\n")]
    [InlineData("client getredir x", "-ERR wrong number of arguments for 'client|getredir' command\r\n")]
    [InlineData("select 00", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("select -0", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("select +0", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("select 9223372036854775808", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("select 2147483648", "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n")]
    [InlineData("select -2147483649", "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n")]
    [InlineData("select 2147483647", "-ERR DB index is out of range\r\n")]
    [InlineData("hello 02", "-ERR Protocol version is not an integer or out of range\r\n")]
    [InlineData("swapdb 00 0", "-ERR invalid first DB index\r\n")]
    [InlineData("move a 00", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("slowlog get 01", "-ERR count should be greater than or equal to -1\r\n")]
    [InlineData("lolwut version 05", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("wait 00 0", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("wait 0 00", "-ERR timeout is not an integer or out of range\r\n")]
    [InlineData("wait 0 9223372036854775807", ":0\r\n")]
    [InlineData("pubsub shardchannels a b",
        "-ERR unknown subcommand or wrong number of arguments for 'shardchannels'. Try PUBSUB HELP.\r\n")]
    [InlineData("function flush async x", "-ERR unknown subcommand or wrong number of arguments for 'flush'. Try FUNCTION HELP.\r\n")]
    [InlineData("command getkeysandflags set a b", "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+OW\r\n+update\r\n")]
    [InlineData("command getkeysandflags set a b nx GET", "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n")]
    [InlineData("command getkeysandflags bitfield a", "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+RO\r\n+access\r\n")]
    [InlineData("command getkeysandflags bitfield a get u8 0 overflow sat", "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+RO\r\n+access\r\n")]
    [InlineData("command getkeysandflags bitfield a get x", "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n")]
    [InlineData("command getkeysandflags bitfield a set u8 0 1", "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n")]
    public void Do_AnyCommand_AnswersAsRedis(string line, string expected)
    {
        SessionDriver client = new TestGateway().Connect();
        Assert.Equal(expected, client.Do(line));
        Assert.Equal("+PONG\r\n", client.Do("ping"));
        Assert.Empty(client.Gateway.Faults);
    }

    [Theory]
    [InlineData("config get maxmemory", "%1\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n")]
    [InlineData("acl getuser default", "%6\r\n$5\r\nflags\r\n~2\r\n$2\r\non\r\n$6\r\nnopass\r\n$9\r\npasswords\r\n*0\r\n$8\r\n"
        + "commands\r\n$5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~*\r\n$8\r\nchannels\r\n$2\r\n&*\r\n$9\r\nselectors\r\n*0\r\n")]
    [InlineData("command info get", "*1\r\n*10\r\n$3\r\nget\r\n:2\r\n~2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n~3\r\n+@read\r\n"
        + "+@string\r\n+@fast\r\n~0\r\n~1\r\n%3\r\n$5\r\nflags\r\n~2\r\n+RO\r\n+access\r\n$12\r\nbegin_search\r\n%2\r\n$4\r\ntype\r\n"
        + "$5\r\nindex\r\n$4\r\nspec\r\n%1\r\n$5\r\nindex\r\n:1\r\n$9\r\nfind_keys\r\n%2\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n"
        + "%3\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n~0\r\n")]
    [InlineData("command list filterby pattern config|g*", "*1\r\n$10\r\nconfig|get\r\n")]
    [InlineData("pubsub numsub a", "*2\r\n$1\r\na\r\n:0\r\n")]
    [InlineData("get nokey", "_\r\n")]
    [InlineData("info foo", "=4\r\ntxt:\r\n")]
    [InlineData("debug protocol true", "#t\r\n")]
    [InlineData("debug protocol double", ",3.141\r\n")]
    [InlineData("debug protocol verbatim", "=29\r\ntxt:This is a verbatim\nstring\r\n")]
    [InlineData("acl getuser nope", "_\r\n")]
    [InlineData("lolwut version a", "-ERR value is not an integer or out of range\r\n")]
    public void Do_AfterHello3_AnswersAsRedis(string line, string expected)
    {
        SessionDriver client = new TestGateway().Connect();
        client.Do("hello 3");
        Assert.Equal(expected, client.Do(line));
        Assert.Equal("+PONG\r\n", client.Do("ping"));
    }
}
