ladder: ladder.c ../../common/diag.h live.h capture.h pcap.h frame.h \
 options.h output.h story.h flow.h tell.h
../../common/diag.h:
live.h:
capture.h:
pcap.h:
frame.h:
options.h:
output.h:
story.h:
flow.h:
tell.h:
ladder: capture.c capture.h pcap.h frame.h
capture.h:
pcap.h:
frame.h:
ladder: draw.c draw.h label.h flow.h frame.h ends.h text.h
draw.h:
label.h:
flow.h:
frame.h:
ends.h:
text.h:
ladder: ends.c ends.h flow.h frame.h text.h
ends.h:
flow.h:
frame.h:
text.h:
ladder: flow.c flow.h frame.h tcp.h
flow.h:
frame.h:
tcp.h:
ladder: frame.c frame.h
frame.h:
ladder: json.c json.h story.h flow.h frame.h ends.h label.h
json.h:
story.h:
flow.h:
frame.h:
ends.h:
label.h:
ladder: label.c label.h flow.h frame.h text.h
label.h:
flow.h:
frame.h:
text.h:
ladder: live.c live.h capture.h pcap.h frame.h options.h output.h story.h \
 flow.h tell.h ../../common/diag.h
live.h:
capture.h:
pcap.h:
frame.h:
options.h:
output.h:
story.h:
flow.h:
tell.h:
../../common/diag.h:
ladder: mermaid.c mermaid.h story.h flow.h frame.h ends.h label.h
mermaid.h:
story.h:
flow.h:
frame.h:
ends.h:
label.h:
ladder: options.c options.h output.h pcap.h frame.h story.h flow.h \
 ../../common/addr.h ../../common/diag.h
options.h:
output.h:
pcap.h:
frame.h:
story.h:
flow.h:
../../common/addr.h:
../../common/diag.h:
ladder: output.c output.h pcap.h frame.h story.h flow.h draw.h label.h \
 json.h mermaid.h svg.h
output.h:
pcap.h:
frame.h:
story.h:
flow.h:
draw.h:
label.h:
json.h:
mermaid.h:
svg.h:
ladder: pcap.c pcap.h frame.h
pcap.h:
frame.h:
ladder: story.c story.h flow.h frame.h tcp.h
story.h:
flow.h:
frame.h:
tcp.h:
ladder: svg.c svg.h story.h flow.h frame.h ends.h svg_arrow.h label.h \
 svg_ladder.h
svg.h:
story.h:
flow.h:
frame.h:
ends.h:
svg_arrow.h:
label.h:
svg_ladder.h:
ladder: svg_arrow.c svg_arrow.h label.h flow.h frame.h story.h ends.h \
 text.h
svg_arrow.h:
label.h:
flow.h:
frame.h:
story.h:
ends.h:
text.h:
ladder: svg_ladder.c svg_ladder.h story.h flow.h frame.h ends.h \
 svg_arrow.h label.h
svg_ladder.h:
story.h:
flow.h:
frame.h:
ends.h:
svg_arrow.h:
label.h:
ladder: tcp.c tcp.h flow.h frame.h
tcp.h:
flow.h:
frame.h:
ladder: tell.c tell.h capture.h pcap.h frame.h ../../common/diag.h \
 output.h story.h flow.h
tell.h:
capture.h:
pcap.h:
frame.h:
../../common/diag.h:
output.h:
story.h:
flow.h:
ladder: text.c text.h
text.h:
ladder: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
ladder: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
ladder: ../../common/io.c ../../common/io.h
../../common/io.h:
ladder: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
