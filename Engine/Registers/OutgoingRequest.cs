namespace OrleansKv.Engine.Registers;

/// <summary>A request that is to be sent.</summary>
public readonly record struct OutgoingRequest(AcceptorId To, RegisterRequest Request);
