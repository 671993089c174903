namespace OrleansKv.Embedded.Tests.Clients;

/// <summary>Names of redis-server 7.0.15 that this server leaves out on purpose, each with the reason.</summary>
internal static class RedisNames
{
    private const string NoSuchFile =
        "no file of this name is there: the data folder has a manifest, snapshots and a journal of its own formats";
    private const string NotMeasured = "nobody measures it here, and 0 would be an invention";

    public static readonly Dictionary<string, string> NoSetting = new()
    {
        ["dbfilename"] = NoSuchFile,
        ["appendfilename"] = NoSuchFile,
        ["appenddirname"] = NoSuchFile,
        ["cluster-config-file"] = NoSuchFile,
    };

    public static readonly Dictionary<string, string> NoInfo = new()
    {
        ["atomicvar_api"] = "a fact of a build from C",
        ["gcc_version"] = "a fact of a build from C",
        ["used_cpu_sys_main_thread"] = "commands run on all I/O threads: none is the main one",
        ["used_cpu_user_main_thread"] = "commands run on all I/O threads: none is the main one",
        ["expire_cycle_cpu_milliseconds"] = NotMeasured,
        ["total_eviction_exceeded_time"] = NotMeasured,
        ["current_eviction_exceeded_time"] = NotMeasured,
    };

    /// <summary>CLIENT LIST and MEMORY STATS.</summary>
    public static readonly Dictionary<string, string> NoField = [];
}
