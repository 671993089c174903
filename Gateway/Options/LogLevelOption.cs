namespace OrleansKv.Gateway.Options;

/// <summary>How much the process says on its console; Redis' four words.</summary>
public enum LogLevelOption
{
    Debug,
    Verbose,
    Notice,
    Warning,
}
