namespace OrleansKv.Grains;

/// <summary>What came of a node's wish to join.</summary>
public enum JoinOutcome
{
    /// <summary>The node is in the map.</summary>
    Joined,

    /// <summary>It cannot join; somebody has to do what the answer says.</summary>
    Refused,

    /// <summary>Not yet: what stands against it may be over within seconds.</summary>
    Wait,

    /// <summary>Its store is empty and has other slots: it takes over those of the answer's map and asks again.</summary>
    Adopt,
}
