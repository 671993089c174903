using OrleansKv.Protocol;

namespace OrleansKv.Cli.Docs;

/// <summary>What OrleansKv's COMMAND DOCS says, for servers that do not tell and for when none is there: a line a command, name, syntax and summary.</summary>
internal static class BuiltInCommands
{
    public static IEnumerable<CommandDoc> All => Lines.Split('\n').Select(l => l.TrimEnd('\r').Split('\t')).Select(p => new CommandDoc(p[0], p[1], p[2]));

    // Fields are separated by tabs: a syntax may have any other sign.
    private const string Lines = """
        ACL	subcommand [argument ...]	A container for Access List Control commands
        ACL CAT	[categoryname]	List the ACL categories or the commands inside a category
        ACL GETUSER	username	Get the rules for a specific ACL user
        ACL HELP		Show helpful text about the different subcommands
        ACL LIST		List the current ACL rules in ACL config file format
        ACL USERS		List the username of all the configured ACL rules
        ACL WHOAMI		Return the name of the user associated to the current connection
        APPEND	key value	Appends a string to the value of a key. Creates the key if it doesn't exist.
        ASKING		Sent by cluster clients after an -ASK redirect
        AUTH	[username] password	Authenticates the connection.
        BATCH	n	Runs the next n commands as one atomic group and answers with the array of their replies.
        BGREWRITEAOF		Asynchronously rewrite the append-only file
        BGSAVE	[SCHEDULE]	Asynchronously save the dataset to disk
        BITCOUNT	key [start end [BYTE | BIT]]	Counts the number of set bits (population counting) in a string.
        BITFIELD	key [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment> ...]	Performs arbitrary bitfield integer operations on strings.
        BITFIELD_RO	key [GET encoding offset ...]	Performs arbitrary read-only bitfield integer operations on strings.
        BITOP	<AND | OR | XOR | NOT> destkey key [key ...]	Performs bitwise operations on multiple strings, and stores the result.
        BITPOS	key bit [start [end [BYTE | BIT]]]	Finds the first set (1) or clear (0) bit in a string.
        CLIENT	subcommand [argument ...]	A container for client connection commands
        CLIENT CACHING	<YES | NO>	Instruct the server about tracking or not keys in the next request
        CLIENT DURABILITY	<ALWAYS | EVERYSEC | NO | DEFAULT>	How safe this connection's writes are before they are answered
        CLIENT GETNAME		Get the current connection name
        CLIENT GETREDIR		Get tracking notifications redirection client ID if any
        CLIENT HELP		Show helpful text about the different subcommands
        CLIENT ID		Returns the client ID for the current connection
        CLIENT INFO		Returns information about the current client connection.
        CLIENT KILL	<ip:port | filter value [value ...]>	Kill the connection of a client
        CLIENT LIST	[TYPE type] [ID client-id [client-id ...]]	Get the list of client connections
        CLIENT NO-EVICT	<ON | OFF>	Set client eviction mode for the current connection
        CLIENT NO-TOUCH	<ON | OFF>	Controls whether commands sent by the client will alter the LRU of the keys they access
        CLIENT PAUSE	timeout [WRITE | ALL]	Stop processing commands from clients for some time
        CLIENT REPLY	<ON | OFF | SKIP>	Instruct the server whether to reply to commands
        CLIENT SCOPE	<NODE | CLUSTER | DEFAULT>	Whose keys DBSIZE, KEYS, SCAN, RANDOMKEY and FLUSHALL of this connection mean
        CLIENT SETINFO	<LIB-NAME libname | LIB-VER libver>	Set client or connection specific info
        CLIENT SETNAME	connection-name	Set the current connection name
        CLIENT TRACKING	<ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]	Enable or disable server assisted client side caching support
        CLIENT TRACKINGINFO		Return information about server assisted client side caching for the current connection
        CLIENT UNBLOCK	client-id [TIMEOUT | ERROR]	Unblock a client blocked in a blocking command from a different connection
        CLIENT UNPAUSE		Resume processing of clients that were paused
        CLUSTER	subcommand [argument ...]	A container for cluster commands
        CLUSTER ADDSLOTS	slot [slot ...]	Not supported; in Redis: Assign new hash slots to receiving node
        CLUSTER ADDSLOTSRANGE	start-slot end-slot [start-slot end-slot ...]	Not supported; in Redis: Assign new hash slots to receiving node
        CLUSTER BUMPEPOCH		Not supported; in Redis: Advance the cluster config epoch
        CLUSTER COUNT-FAILURE-REPORTS	node-id	Not supported; in Redis: Return the number of failure reports active for a given node
        CLUSTER COUNTKEYSINSLOT	slot	Return the number of local keys in the specified hash slot
        CLUSTER DELSLOTS	slot [slot ...]	Not supported; in Redis: Set hash slots as unbound in receiving node
        CLUSTER DELSLOTSRANGE	start-slot end-slot [start-slot end-slot ...]	Not supported; in Redis: Set hash slots as unbound in receiving node
        CLUSTER FAILOVER	[FORCE | TAKEOVER]	Not supported; in Redis: Forces a replica to perform a manual failover of its master.
        CLUSTER FLUSHSLOTS		Not supported; in Redis: Delete a node's own slots information
        CLUSTER FORGET	node-id	Not supported; in Redis: Remove a node from the nodes table
        CLUSTER GETKEYSINSLOT	slot count	Return local key names in the specified hash slot
        CLUSTER HELP		Show helpful text about the different subcommands
        CLUSTER INFO		Provides info about Redis Cluster node state
        CLUSTER KEYSLOT	key	Returns the hash slot of the specified key
        CLUSTER LINKS		Not supported; in Redis: Returns a list of all TCP links to and from peer nodes in cluster
        CLUSTER MEET	ip port [cluster_bus_port]	Not supported; in Redis: Force a node cluster to handshake with another node
        CLUSTER MYID		Return the node id
        CLUSTER NODES		Get Cluster config for the node
        CLUSTER REPLICAS	node-id	List replica nodes of the specified master node
        CLUSTER REPLICATE	node-id	Not supported; in Redis: Reconfigure a node as a replica of the specified master node
        CLUSTER RESET	[HARD | SOFT]	Not supported; in Redis: Reset a Redis Cluster node
        CLUSTER SAVECONFIG		Not supported; in Redis: Forces the node to save cluster state on disk
        CLUSTER SET-CONFIG-EPOCH	config-epoch	Not supported; in Redis: Set the configuration epoch in a new node
        CLUSTER SETSLOT	slot [IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE]	Not supported; in Redis: Bind a hash slot to a specific node
        CLUSTER SHARDS		Get array of cluster slots to node mappings
        CLUSTER SLAVES	node-id	List replica nodes of the specified master node
        CLUSTER SLOTS		Get array of Cluster slot to node mappings
        COMMAND	subcommand [argument ...]	Get array of Redis command details
        COMMAND COUNT		Get total number of Redis commands
        COMMAND DOCS	[command-name [command-name ...]]	Get array of specific Redis command documentation
        COMMAND GETKEYS	command [arg [arg ...]]	Extract keys given a full Redis command
        COMMAND GETKEYSANDFLAGS	command [arg [arg ...]]	Extract keys and access flags given a full Redis command
        COMMAND HELP		Show helpful text about the different subcommands
        COMMAND INFO	[command-name [command-name ...]]	Get array of specific Redis command details, or all when no argument is given.
        COMMAND LIST	[FILTERBY MODULE module-name | ACLCAT category | PATTERN pattern]	Get an array of Redis command names
        CONFIG	subcommand [argument ...]	A container for server configuration commands
        CONFIG GET	parameter [parameter ...]	Get the values of configuration parameters
        CONFIG HELP		Show helpful text about the different subcommands
        CONFIG RESETSTAT		Reset the stats returned by INFO
        CONFIG REWRITE		Rewrite the configuration file with the in memory configuration
        CONFIG SET	parameter value [parameter value ...]	Set configuration parameters to the given values
        CONTAINS	key [key ...]	Counts how many of the keys exist; the same as EXISTS.
        COPY	source destination [DB destination-db] [REPLACE]	Copies the value of a key to a new key.
        DBSIZE		Returns the number of keys in the database.
        DEBUG	<SLEEP seconds | SET-ACTIVE-EXPIRE value | ERROR message | PROTOCOL type | STRINGMATCH-LEN length pattern | HELP>	A container for debugging commands
        DECR	key	Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.
        DECRBY	key decrement	Decrements a number from the integer value of a key. Uses 0 as initial value if the key doesn't exist.
        DEL	key [key ...]	Deletes one or more keys.
        DELETE	key [key ...]	Deletes one or more keys; the same as DEL.
        DISCARD		Discards a transaction.
        DUMP	key	Returns a serialized representation of the value stored at a key.
        ECHO	message	Returns the given string.
        EXEC		Executes all commands in a transaction.
        EXISTS	key [key ...]	Determines whether one or more keys exist.
        EXPIRE	key seconds [NX | XX | GT | LT]	Sets the expiration time of a key in seconds.
        EXPIREAT	key unix-time-seconds [NX | XX | GT | LT]	Sets the expiration time of a key to a Unix timestamp.
        EXPIRETIME	key	Returns the expiration time of a key as a Unix timestamp.
        FLUSHALL	[ASYNC | SYNC]	Removes all keys from all databases.
        FLUSHDB	[ASYNC | SYNC]	Remove all keys from the current database.
        FUNCTION	subcommand [argument ...]	A container for function commands
        FUNCTION FLUSH	[ASYNC | SYNC]	Deletes all functions; there are none
        FUNCTION HELP		Show helpful text about the different subcommands
        FUNCTION LIST	[LIBRARYNAME library-name-pattern] [WITHCODE]	List information about all the functions; there are none
        FUNCTION STATS		Return information about the function currently running (name, description, duration)
        GET	key	Returns the string value of a key.
        GETBIT	key offset	Returns a bit value by offset.
        GETDEL	key	Returns the string value of a key after deleting the key.
        GETEX	key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]	Returns the string value of a key after setting its expiration time.
        GETRANGE	key start end	Returns a substring of the string stored at a key.
        GETSET	key value	Returns the previous string value of a key after setting it to a new value.
        HELLO	[protover [AUTH username password] [SETNAME clientname]]	Handshakes with the server: protocol version, authentication, name.
        INCR	key	Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.
        INCRBY	key increment	Increments the integer value of a key by a number. Uses 0 as initial value if the key doesn't exist.
        INCRBYFLOAT	key increment	Increment the floating point value of a key by a number. Uses 0 as initial value if the key doesn't exist.
        INFO	[section [section ...]]	Get information and statistics about the server
        KEYS	pattern	Returns all key names that match a pattern.
        LASTSAVE		Get the UNIX time stamp of the last successful save to disk
        LATENCY	subcommand [argument ...]	A container for latency diagnostics commands
        LATENCY DOCTOR		Return a human readable latency analysis report.
        LATENCY GRAPH	event	Return a latency graph for the event.
        LATENCY HELP		Show helpful text about the different subcommands
        LATENCY HISTOGRAM	[command [command ...]]	Return the cumulative distribution of latencies of a subset of commands or all.
        LATENCY HISTORY	event	Return timestamp-latency samples for the event.
        LATENCY LATEST		Return the latest latency samples for all events.
        LATENCY RESET	[event [event ...]]	Reset latency data for one or more events.
        LCS	key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]	Finds the longest common substring.
        LOLWUT	[VERSION version]	Display some computer art and the Redis version
        MEMORY	subcommand [argument ...]	A container for memory diagnostics commands
        MEMORY DOCTOR		Outputs memory problems report
        MEMORY HELP		Show helpful text about the different subcommands
        MEMORY MALLOC-STATS		Show allocator internal stats
        MEMORY PURGE		Ask the allocator to release memory
        MEMORY STATS		Show memory usage details
        MEMORY USAGE	key [SAMPLES count]	Estimate the memory usage of a key
        MGET	key [key ...]	Atomically returns the string values of one or more keys.
        MONITOR		Listen for all requests received by the server in real time
        MOVE	key db	Move a key to another database; there is one
        MSET	key value [key value ...]	Atomically creates or modifies the string values of one or more keys.
        MSETNX	key value [key value ...]	Atomically modifies the string values of one or more keys only when all keys don't exist.
        MULTI		Starts a transaction.
        NODES		Lists the nodes of the store with what they hold.
        OBJECT	subcommand [argument ...]	A container for object introspection commands
        OBJECT ENCODING	key	Inspect the internal encoding of a Redis object
        OBJECT FREQ	key	Get the logarithmic access frequency counter of a Redis object
        OBJECT HELP		Show helpful text about the different subcommands
        OBJECT IDLETIME	key	Get the time since a Redis object was last accessed
        OBJECT REFCOUNT	key	Get the number of references to the value of the key
        OBJECT VERSION	key	Get the version of the key: the Lsn of its last write
        PERSIST	key	Removes the expiration time of a key.
        PEXPIRE	key milliseconds [NX | XX | GT | LT]	Sets the expiration time of a key in milliseconds.
        PEXPIREAT	key unix-time-milliseconds [NX | XX | GT | LT]	Sets the expiration time of a key to a Unix milliseconds timestamp.
        PEXPIRETIME	key	Returns the expiration time of a key as a Unix milliseconds timestamp.
        PING	[message]	Returns the server's liveliness response.
        PSETEX	key milliseconds value	Sets both string value and expiration time in milliseconds of a key. The key is created if it doesn't exist.
        PSUBSCRIBE	pattern [pattern ...]	Listens for messages published to channels that match patterns.
        PTTL	key	Returns the expiration time in milliseconds of a key.
        PUBLISH	channel message	Posts a message to a channel.
        PUBSUB	subcommand [argument ...]	A container for Pub/Sub commands
        PUBSUB CHANNELS	[pattern]	List active channels
        PUBSUB HELP		Show helpful text about the different subcommands
        PUBSUB NUMPAT		Get the count of unique patterns pattern subscriptions
        PUBSUB NUMSUB	[channel [channel ...]]	Get the count of subscribers for channels
        PUBSUB SHARDCHANNELS	[pattern]	List active shard channels
        PUBSUB SHARDNUMSUB	[shardchannel [shardchannel ...]]	Get the count of subscribers for shard channels
        PUNSUBSCRIBE	[pattern [pattern ...]]	Stops listening to messages of channels that match patterns.
        PUT	key value [ttl-seconds]	Sets a key, for ever or for some seconds.
        QUIT		Closes the connection.
        RANDOMKEY		Returns a random key name from the database.
        READONLY		Enables read queries for a connection to a cluster replica node
        READWRITE		Disables read queries for a connection to a cluster replica node
        REBALANCE	shards	Changes the number of shards while traffic runs; INFO shows the progress.
        RENAME	key newkey	Renames a key and overwrites the destination.
        RENAMENX	key newkey	Renames a key only when the target key name doesn't exist.
        REPLICAOF	<host port | NO ONE>	Make the server a replica of another instance, or promote it as master.
        RESET		Resets the connection.
        RESTORE	key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]	Creates a key from the serialized representation of a value.
        ROLE		Return the role of the instance in the context of replication
        SAVE		Synchronously save the dataset to disk
        SCAN	can [--match PATTERN] [--count N]	Every key, one a line, without holding the server up: SCAN with COUNT N (1000) until it is through. A key that comes or goes
        SELECT	index	Changes the selected database; there is one, number 0.
        SET	key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]	Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.
        SETBIT	key offset value	Sets or clears the bit at offset of the string value. Creates the key if it doesn't exist.
        SETEX	key seconds value	Sets the string value and expiration time of a key. Creates the key if it doesn't exist.
        SETNX	key value	Set the string value of a key only when the key doesn't exist.
        SETRANGE	key offset value	Overwrites a part of a string value with another by an offset. Creates the key if it doesn't exist.
        SHUTDOWN	[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]	Synchronously save the dataset to disk and then shut down the server
        SLAVEOF	<host port | NO ONE>	Make the server a replica of another instance, or promote it as master.
        SLOWLOG	subcommand [argument ...]	A container for slow log commands
        SLOWLOG GET	[count]	Get the slow log's entries
        SLOWLOG HELP		Show helpful text about the different subcommands
        SLOWLOG LEN		Get the slow log's length
        SLOWLOG RESET		Clear all entries from the slow log
        SPUBLISH	shardchannel message	Posts a message to a shard channel.
        SSUBSCRIBE	shardchannel [shardchannel ...]	Listens for messages published to shard channels.
        STRLEN	key	Returns the length of a string value.
        SUBSCRIBE	channel [channel ...]	Listens for messages published to channels.
        SUBSTR	key start end	Returns a substring from a string value.
        SUNSUBSCRIBE	[shardchannel [shardchannel ...]]	Stops listening to messages posted to shard channels.
        SWAPDB	index1 index2	Swaps two Redis databases; there is one
        TIME		Return the current server time
        TOUCH	key [key ...]	Returns the number of existing keys out of those specified after updating the time they were last accessed.
        TTL	key	Returns the expiration time in seconds of a key.
        TYPE	key	Determines the type of value stored at a key.
        UNLINK	key [key ...]	Asynchronously deletes one or more keys.
        UNSUBSCRIBE	[channel [channel ...]]	Stops listening to messages posted to channels.
        UNWATCH		Forgets about watched keys of a transaction.
        WAIT	numreplicas timeout	Wait for the synchronous replication of all the write commands sent in the context of the current connection
        WAITAOF	numlocal numreplicas timeout	Waits until all of the preceding write commands sent by the connection are written to the journal on disk
        WATCH	key [key ...]	Monitors changes to keys to determine the execution of a transaction.
        """;
}
