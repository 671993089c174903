namespace OrleansKv.Gateway.Options;

/// <summary>Whether CONFIG SET may change a setting; the words of the refusals are Redis'.</summary>
public enum SettingChange
{
    Runtime,

    /// <summary><c>can't set immutable config</c>.</summary>
    Immutable,

    /// <summary><c>can't set protected config</c>.</summary>
    Protected,
}
