namespace OrleansKv.Hosting.Options;

/// <summary>What the command line asked for.</summary>
public enum OptionAction
{
    Run,
    ShowHelp,
    ShowVersion,

    /// <summary>Something was refused: print <see cref="OptionResult.Error"/>, exit code 2.</summary>
    Refuse,
}
