namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Decisions from a list, over and over; none at all means calm weather.</summary>
internal sealed class Dice(int[] decisions)
{
    private int _next;

    public Weather Weather(bool dropsSessions) => new()
    {
        Choose = Choose,
        Gathers = () => Choose(3) == 1,
        Redelivers = () => Choose(4) == 1,
        DropsSession = () => dropsSessions && Choose(3) == 2,
    };

    private int Choose(int options) =>
        decisions.Length == 0 ? 0 : (int)((uint)decisions[_next++ % decisions.Length] % (uint)options);
}
