"""Sends the same random commands to a Redis and to us and compares the replies byte for byte, in RESP2 and RESP3.

usage: differential.py REDIS_PORT OUR_PORT SEED COMMANDS; exits with 1 and prints what differs.
Left out on purpose: DUMP's bytes (Redis compresses long strings, both read both), OBJECT ENCODING of a string that was once
appended to (we keep no history), DBSIZE right after SET ... EXAT in the past (Redis counts the expired key until it is looked at), and
deadlines beyond the year 10889 (ours are 48 bits of milliseconds).
"""
import socket,random,sys
def conn(p):
    s=socket.create_connection(('127.0.0.1',p)); return s.makefile('rwb')
a,b=conn(int(sys.argv[1])),conn(int(sys.argv[2]))
def send(f,args):
    f.write(b'*%d\r\n'%len(args)+b''.join(b'$%d\r\n%s\r\n'%(len(x),x) for x in args)); f.flush()
def read(f):
    l=f.readline(); t=l[:1]
    if t in b'+-:_#,(': return l
    if t==b'$':
        n=int(l[1:]); return l if n<0 else l+f.read(n+2)
    if t in b'*~>': n=int(l[1:]); return l+b''.join(read(f) for _ in range(max(n,0)))
    if t==b'%': n=int(l[1:])*2; return l+b''.join(read(f) for _ in range(n))
    raise Exception(l)
seed=int(sys.argv[3]); rnd=random.Random(seed); print('seed',seed)
K=[b'k%d'%i for i in range(6)]
V=[b'',b'0',b'1',b'-1',b'10',b'abc',b'hello world',b'9223372036854775807',b'-9223372036854775808',b'3.14',b'1e3',b' 1',b'01',b'\x00\xff\x80abc',b'x'*100,b'foobar',b'ohmytext',b'mynewtext',b'inf',b'nan']
N=[b'0',b'1',b'-1',b'2',b'5',b'7',b'-3',b'100',b'abc',b'',b'9223372036854775807',b'-9223372036854775808',b'1.5',b'8',b'15']
FAR=[b'32503680000',b'32503680001',b'99999999999',b'1',b'0',b'-5',b'abc']
k=lambda:rnd.choice(K); v=lambda:rnd.choice(V); n=lambda:rnd.choice(N); far=lambda:rnd.choice(FAR)
def c(x): return bytes(rnd.choice([x.lower(),x.upper()]))
gens=[
 lambda:[b'GET',k()], lambda:[b'SET',k(),v()], 
 lambda:[b'SET',k(),v()]+rnd.sample([[b'NX'],[b'XX'],[b'GET'],[b'KEEPTTL'],[b'EXAT',far()],[b'PXAT',far()],[b'EX',rnd.choice([b'0',b'-1',b'x',b'9223372036854775807'])],[b'BAD']],rnd.randrange(1,3)).__iter__().__next__() ,
 lambda:[b'SET',k(),v()]+sum(rnd.sample([[b'NX'],[b'XX'],[b'GET'],[b'KEEPTTL'],[b'EXAT',b'32503680000'],[b'PXAT',b'32503680000123']],2),[]),
 lambda:[b'SETNX',k(),v()], lambda:[b'SETEX',k(),rnd.choice([b'0',b'x',b'-1',b'9223372036854775807']),v()],
 lambda:[b'GETSET',k(),v()], lambda:[b'GETDEL',k()], lambda:[b'GETEX',k()], lambda:[b'GETEX',k(),b'PXAT',far()], lambda:[b'GETEX',k(),b'PERSIST'], lambda:[b'GETEX',k(),b'EXAT',far()],
 lambda:[b'MGET']+[k() for _ in range(rnd.randrange(0,4))], lambda:[b'MSET']+[x for _ in range(rnd.randrange(0,3)) for x in (k(),v())]+([k()] if rnd.random()<.1 else []),
 lambda:[b'MSETNX']+[x for _ in range(rnd.randrange(1,3)) for x in (k(),v())], lambda:[b'APPEND',k(),v()], lambda:[b'STRLEN',k()], lambda:[b'GETRANGE',k(),n(),n()], lambda:[b'SUBSTR',k(),n(),n()],
 lambda:[b'SETRANGE',k(),rnd.choice([b'0',b'3',b'200',b'-1',b'x',b'536870912']),v()], lambda:[rnd.choice([b'INCR',b'DECR']),k()], lambda:[rnd.choice([b'INCRBY',b'DECRBY']),k(),n()],
 lambda:[b'SETBIT',k(),rnd.choice([b'0',b'7',b'100',b'-1',b'4294967296',b'x']),rnd.choice([b'0',b'1',b'2'])], lambda:[b'GETBIT',k(),rnd.choice([b'0',b'7',b'100',b'-1',b'x'])],
 lambda:[b'BITCOUNT',k()]+rnd.choice([[],[n()],[n(),n()],[n(),n(),b'BIT'],[n(),n(),b'BYTE'],[n(),n(),b'X']]), lambda:[b'BITPOS',k(),rnd.choice([b'0',b'1',b'2',b'x'])]+rnd.choice([[],[n()],[n(),n()],[n(),n(),b'BIT'],[n(),n(),b'BYTE'],[n(),n(),b'Z']]),
 lambda:[b'BITOP',rnd.choice([b'AND',b'OR',b'XOR',b'NOT',b'FOO']),k()]+[k() for _ in range(rnd.randrange(1,4))],
 lambda:[b'BITFIELD',k()]+sum([rnd.choice([[b'GET',rnd.choice([b'u8',b'i5',b'u63',b'i64',b'u64',b'x1']),rnd.choice([b'0',b'#1',b'13',b'-1'])],[b'SET',rnd.choice([b'u8',b'i5',b'u63',b'i64']),rnd.choice([b'0',b'#1',b'13']),n()],[b'INCRBY',rnd.choice([b'u2',b'i5',b'u63',b'i64']),rnd.choice([b'0',b'#1',b'13']),n()],[b'OVERFLOW',rnd.choice([b'WRAP',b'SAT',b'FAIL',b'Q'])]]) for _ in range(rnd.randrange(1,4))],[]),
 lambda:[b'BITFIELD_RO',k(),b'GET',rnd.choice([b'u8',b'i64']),n()],
 lambda:[b'DEL']+[k() for _ in range(rnd.randrange(1,3))], lambda:[b'UNLINK',k()], lambda:[b'EXISTS',k(),k()], lambda:[b'TOUCH',k(),k()], lambda:[b'TYPE',k()],
 lambda:[rnd.choice([b'EXPIREAT',b'PEXPIREAT']),k(),far()]+rnd.choice([[],[b'NX'],[b'XX'],[b'GT'],[b'LT'],[b'NX',b'XX'],[b'GT',b'LT'],[b'Q']]), lambda:[rnd.choice([b'EXPIRE',b'PEXPIRE']),k(),rnd.choice([b'0',b'-1',b'x',b'9223372036854775807'])],
 lambda:[rnd.choice([b'EXPIRETIME',b'PEXPIRETIME']),k()], lambda:[b'PERSIST',k()], lambda:[b'RENAME',k(),k()], lambda:[b'RENAMENX',k(),k()], lambda:[b'COPY',k(),k()]+rnd.choice([[],[b'REPLACE'],[b'DB',b'0'],[b'Q']]),
 lambda:[rnd.choice([b'EXPIREAT',b'EXPIRE']),k(),b'9223372036854775807'], lambda:[b'DBSIZE'], lambda:[b'OBJECT',rnd.choice([b'ENCODING',b'REFCOUNT',b'Q']),k()], lambda:[b'LCS',k(),k()]+rnd.choice([[],[b'LEN'],[b'IDX'],[b'IDX',b'WITHMATCHLEN'],[b'IDX',b'MINMATCHLEN',b'2'],[b'LEN',b'IDX'],[b'Q']]),
 lambda:[b'DUMP',k()], lambda:[b'INCRBYFLOAT',k(),rnd.choice([b'0.1',b'-2.5',b'1e2',b'x',b'3',b'1.00000001',b'inf'])],
 lambda:[rnd.choice([b'PUTX',b'get',b'Get',b'set'])], lambda:[b'OBJECT',b'FREQ',k()],
]
bad=0
for proto in (b'2',b'3'):
  for f in (a,b): send(f,[b'HELLO',proto]); read(f); send(f,[b'FLUSHALL']); read(f)
  for i in range(int(sys.argv[4])):
    cmd=rnd.choice(gens)()
    send(a,cmd); send(b,cmd); x,y=read(a),read(b)
    if x!=y and not (cmd[0]==b'DUMP' or cmd[0] in (b'OBJECT',b'DBSIZE')):
        bad+=1
        if bad<25: print(cmd,'\n   redis',x[:150],'\n   ours ',y[:150])
print('differences',bad)
sys.exit(1 if bad else 0)
