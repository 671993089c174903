namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>States of applications that a serializer writes, and then cannot read or reads as another.</summary>
public static class UnreadableStates
{
    public abstract class Shape;

    public sealed class Circle : Shape;

    public sealed class Drawing
    {
        public string? Name { get; set; }

        public Shape? Shape { get; set; }
    }

    public sealed class Account
    {
        public string? Owner { get; set; }

        public int Balance { get; private set; }

        public Account Pay(int amount)
        {
            Balance += amount;
            return this;
        }
    }

    /// <summary>Its bytes are never the same twice.</summary>
    public sealed class Clock
    {
        public Guid Now => Guid.NewGuid();
    }

    /// <summary>It lists its entries in the other order once it has been read.</summary>
    public sealed class Bag
    {
        private readonly List<string> _items = [];

        public string[] Items
        {
            get => [.. _items];
            set => _items.AddRange(value.Reverse());
        }
    }
}
